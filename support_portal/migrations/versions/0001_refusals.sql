-- What must never be, refused by the database itself: whatever the portal's code does, and from psql as well.
-- Every trigger is enabled ALWAYS, so that no session setting skips it.

create function refuse() returns trigger language plpgsql as $$
begin
    raise integrity_constraint_violation
        using message = format('%s: nothing there is ever changed or deleted', tg_table_name);
end $$;

-- Events, runs and removals stay as they were written; approvals may be voided once, enrolments ended once.

create trigger events_stay before update or delete on events for each row execute function refuse();
create trigger events_stay_all before truncate on events execute function refuse();
create trigger runs_stay before update or delete on runs for each row execute function refuse();
create trigger runs_stay_all before truncate on runs execute function refuse();
create trigger removals_stay before update or delete on removals for each row execute function refuse();
create trigger removals_stay_all before truncate on removals execute function refuse();
create trigger approvals_stay before delete on approvals for each row execute function refuse();
create trigger approvals_stay_all before truncate on approvals execute function refuse();
create trigger enrolments_stay before delete on enrolments for each row execute function refuse();
create trigger enrolments_stay_all before truncate on enrolments execute function refuse();
create trigger cases_stay before delete on cases for each row execute function refuse();
create trigger cases_stay_all before truncate on cases execute function refuse();

create function approval_is_voided_once() returns trigger language plpgsql as $$
begin
    if old.voided_at is not null or new.voided_at is null
       or (new.id, new.case_id, new.staff_id, new.at, new.run_id, new.note)
          is distinct from (old.id, old.case_id, old.staff_id, old.at, old.run_id, old.note) then
        raise integrity_constraint_violation using message = 'An approval can be voided once, and is never changed.';
    end if;
    return new;
end $$;
create trigger approvals_change before update on approvals for each row execute function approval_is_voided_once();

create function approval_is_a_deciders() returns trigger language plpgsql as $$
begin
    if not exists (select from staff where id = new.staff_id and is_active and role in ('agent', 'lead')) then
        raise integrity_constraint_violation using message = 'Only agents and leads approve.';
    end if;
    if not exists (select from runs where id = new.run_id and case_id = new.case_id and outcome = 'passed') then
        raise integrity_constraint_violation using message = 'An approval names a run of its case that passed.';
    end if;
    return new;
end $$;
create trigger approvals_begin before insert on approvals for each row execute function approval_is_a_deciders();

create function case_changes() returns trigger language plpgsql as $$
begin
    if (new.id, new.number, new.account_id, new.address, new.enrolment_id, new.opened_at, new.request_id)
       is distinct from
       (old.id, old.number, old.account_id, old.address, old.enrolment_id, old.opened_at, old.request_id) then
        raise integrity_constraint_violation using message = 'A case is about one account and one enrolment for ever.';
    end if;
    if new.version < old.version or (new.state <> old.state and new.version = old.version) then
        raise integrity_constraint_violation using message = 'The version of a case grows with each move.';
    end if;
    if new.state <> old.state and (old.state in ('removed', 'withdrawn', 'expired')
       or (old.state = 'denied' and new.state <> 'triage')) then
        raise integrity_constraint_violation using message = 'A case that has ended stays so.';
    end if;
    if new.state <> old.state and new.state = 'removing' and old.state <> 'cooling_off' then
        raise integrity_constraint_violation using message = 'A removal begins after the safety wait.';
    end if;
    if new.state <> old.state and new.state = 'removed' and old.state <> 'removing' then
        raise integrity_constraint_violation using message = 'Only a removal that began can be done.';
    end if;
    return new;
end $$;
create trigger cases_change before update on cases for each row execute function case_changes();

create function case_begins() returns trigger language plpgsql as $$
begin
    if new.state in ('removing', 'removed') then
        raise integrity_constraint_violation using message = 'No case begins with a removal.';
    end if;
    return new;
end $$;
create trigger cases_begin before insert on cases for each row execute function case_begins();

-- A repository that passed belongs to its case for ever, also after the case let go of it.

create function pass_claims_its_repository() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended(new.instance || ' ' || new.repository_id, 0));
    if exists (select from runs where instance = new.instance and repository_id = new.repository_id
               and outcome = 'passed' and case_id <> new.case_id) then
        raise unique_violation using message = 'This repository passed for another case.';
    end if;
    return new;
end $$;
create trigger runs_begin before insert on runs for each row when (new.outcome = 'passed')
    execute function pass_claims_its_repository();

-- The removal itself.

create function removal_is_right() returns trigger language plpgsql as $$
declare
    c cases%rowtype;
    people int;
begin
    select * into c from cases where id = new.case_id for update;
    new.written_in := pg_current_xact_id()::text;
    if c.state is distinct from 'removing' then
        raise integrity_constraint_violation using message = 'Nothing is removed but for a case in state removing.';
    end if;
    if (new.account_id, new.enrolment_id) is distinct from (c.account_id, c.enrolment_id) then
        raise integrity_constraint_violation using message = 'This is not the enrolment that the case is about.';
    end if;
    select count(distinct staff_id) into people from approvals where case_id = c.id and voided_at is null;
    if people < (case when c.risk = 'high' then 2 else 1 end) then
        raise integrity_constraint_violation using message = 'A removal needs an approval; at high risk of two people.';
    end if;
    if not exists (select from runs where id = new.run_id and case_id = c.id and outcome = 'passed'
                   and (instance, repository_id) = (c.repository_instance, c.repository_id)
                   and at between c.state_since - interval '30 minutes' and new.at) then
        raise integrity_constraint_violation
            using message = 'The repository did not pass every check in the 30 minutes before the removal began.';
    end if;
    if c.due_at is null or new.at < c.due_at or new.at > clock_timestamp() then
        raise integrity_constraint_violation using message = 'The safety wait is not over.';
    end if;
    return new;
end $$;
create trigger removals_begin before insert on removals for each row execute function removal_is_right();

-- Judged when the transaction ends, since one of the two is written first: the removal and the end of the enrolment.

create function removal_ends_its_enrolment() returns trigger language plpgsql as $$
begin
    if exists (select from enrolments where id = new.enrolment_id and ended_at is null) then
        raise integrity_constraint_violation using message = 'A removal was written, but its enrolment still stands.';
    end if;
    return null;
end $$;
create constraint trigger removals_end after insert on removals deferrable initially deferred
    for each row execute function removal_ends_its_enrolment();

create function enrolment_ends_once() returns trigger language plpgsql as $$
begin
    if old.ended_at is not null or (new.id, new.account_id, new.enrolled_at)
       is distinct from (old.id, old.account_id, old.enrolled_at) then
        raise integrity_constraint_violation using message = 'An enrolment ends once, and is never changed.';
    end if;
    return new;
end $$;
create trigger enrolments_change before update on enrolments for each row execute function enrolment_ends_once();

create function enrolment_ends_by_a_removal() returns trigger language plpgsql as $$
begin
    if not exists (select from removals where enrolment_id = new.id and account_id = new.account_id
                   and written_in = pg_current_xact_id()::text) then
        raise integrity_constraint_violation using message = 'An enrolment ended by a removal, but there is none.';
    end if;
    return null;
end $$;
create constraint trigger enrolments_end after insert or update on enrolments deferrable initially deferred
    for each row when (new.ended_by = 'removal') execute function enrolment_ends_by_a_removal();

do $$
declare
    t record;
begin
    for t in select tgrelid::regclass as name, tgname from pg_trigger
             where not tgisinternal and tgrelid in (select oid from pg_class where relnamespace = current_schema()::regnamespace)
    loop
        execute format('alter table %s enable always trigger %I', t.name, t.tgname);
    end loop;
end $$;
