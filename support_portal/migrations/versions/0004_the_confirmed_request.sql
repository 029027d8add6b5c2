create or replace function case_changes() returns trigger language plpgsql as $$
begin
    if (new.id, new.number, new.account_id, new.address, new.enrolment_id, new.opened_at)
       is distinct from
       (old.id, old.number, old.account_id, old.address, old.enrolment_id, old.opened_at) then
        raise integrity_constraint_violation using message = 'A case is about one account and one enrolment for ever.';
    end if;
    if new.request_id <> old.request_id and (old.state <> 'unconfirmed' or new.confirmed_at is null) then
        raise integrity_constraint_violation using message = 'A case takes another request with its confirmation only.';
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
