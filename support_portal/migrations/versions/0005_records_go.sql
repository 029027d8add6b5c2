-- Cases, and what was written about them for good, go by two functions alone, and only when all of it is older than a
-- year. Whoever has the portal's role can shorten the policy, but erase nothing of the last 365 days.

-- The arguments name the columns that say how old a row is. A case is as young as its opening, which never changes: a
-- time of its end that somebody wrote back makes no case older.
create function kept_for_a_year() returns trigger language plpgsql as $$
declare
    moment text;
begin
    if current_setting('portal.forgetting', true) is distinct from 'on' then
        raise integrity_constraint_violation
            using message = format('%s: nothing there is ever changed or deleted', tg_table_name);
    end if;
    foreach moment in array tg_argv loop
        if coalesce((to_jsonb(old) ->> moment)::timestamptz > clock_timestamp() - interval '365 days', true) then
            raise integrity_constraint_violation
                using message = format('%s: what has not ended, or is younger than a year, is not forgotten', tg_table_name);
        end if;
    end loop;
    return old;
end $$;

-- Judged when the transaction ends: nobody takes one event out of a case that stays.
create function goes_with_its_case() returns trigger language plpgsql as $$
begin
    if exists (select from cases where id = old.case_id) then
        raise integrity_constraint_violation
            using message = format('%s: nothing there is deleted while its case stays', tg_table_name);
    end if;
    return null;
end $$;

drop trigger events_stay on events;
create trigger events_stay before update on events for each row execute function refuse();
create trigger events_kept before delete on events for each row execute function kept_for_a_year('at');
create constraint trigger events_go after delete on events deferrable initially deferred
    for each row execute function goes_with_its_case();

drop trigger runs_stay on runs;
create trigger runs_stay before update on runs for each row execute function refuse();
create trigger runs_kept before delete on runs for each row execute function kept_for_a_year('at');
create constraint trigger runs_go after delete on runs deferrable initially deferred
    for each row execute function goes_with_its_case();

drop trigger removals_stay on removals;
create trigger removals_stay before update on removals for each row execute function refuse();
create trigger removals_kept before delete on removals for each row execute function kept_for_a_year('at');
create constraint trigger removals_go after delete on removals deferrable initially deferred
    for each row execute function goes_with_its_case();

drop trigger approvals_stay on approvals;
create trigger approvals_kept before delete on approvals for each row execute function kept_for_a_year('at');
create constraint trigger approvals_go after delete on approvals deferrable initially deferred
    for each row execute function goes_with_its_case();

drop trigger blocks_stay on blocks;
create trigger blocks_kept before delete on blocks for each row execute function kept_for_a_year('until');
create constraint trigger blocks_go after delete on blocks deferrable initially deferred
    for each row execute function goes_with_its_case();

drop trigger cases_stay on cases;
create trigger cases_kept before delete on cases for each row execute function kept_for_a_year('opened_at', 'ended_at');

create function forget_case(gone uuid) returns boolean language plpgsql security definer as $$
begin
    perform from cases where id = gone for update;
    if not found then
        return false;
    end if;
    perform set_config('portal.forgetting', 'on', true);
    delete from messages where case_id = gone;
    delete from mails where case_id = gone;
    delete from links where case_id = gone;
    delete from blocks where case_id = gone;
    delete from removals where case_id = gone;
    delete from approvals where case_id = gone;
    delete from runs where case_id = gone;
    delete from events where case_id = gone;
    update cases set previous_case_id = null where previous_case_id = gone;
    delete from cases where id = gone;
    delete from requests where case_id = gone;
    perform set_config('portal.forgetting', 'off', true);
    return true;
end $$;

create function forget_events_without_case(before timestamptz) returns bigint language plpgsql security definer as $$
declare
    gone bigint;
begin
    perform set_config('portal.forgetting', 'on', true);
    delete from events where case_id is null and at < before;
    get diagnostics gone = row_count;
    perform set_config('portal.forgetting', 'off', true);
    return gone;
end $$;

revoke execute on function forget_case(uuid), forget_events_without_case(timestamptz) from public;

do $$
declare
    ours oid := current_schema()::regnamespace;
    t record;
    f record;
begin
    for t in select tgrelid::regclass as name, tgname from pg_trigger join pg_class c on c.oid = tgrelid
             where not tgisinternal and relnamespace = ours
    loop
        execute format('alter table %s enable always trigger %I', t.name, t.tgname);
    end loop;
    -- They read our own tables, never a temporary one of the same name that a session made to deceive them.
    for f in select tgfoid::regprocedure as name from pg_trigger join pg_class c on c.oid = tgrelid
             where not tgisinternal and relnamespace = ours
             union
             select oid::regprocedure from pg_proc
             where pronamespace = ours and proname in ('forget_case', 'forget_events_without_case')
    loop
        execute format('alter function %s set search_path = %I, pg_temp', f.name, current_schema());
    end loop;
end $$;
