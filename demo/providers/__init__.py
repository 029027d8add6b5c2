"""Stand-ins for GitHub, GitLab and Bitbucket, the public and the self-hosted ones: a port of this machine each.

Start: ``python -m demo.providers --github-port N --gitlab-port N --bitbucket-port N [--seed FILE.json]
[--keep FILE.json] [--callback ADDRESS ...]``; besides the three there are, where a port is given for them,
``--github-enterprise-port``, ``--gitlab-self-managed-port`` (all of it below ``/gitlab``) and ``--data-center-port``.
Everything lives in memory; with ``--keep`` accounts and repositories are
also in that file before a change is answered, and the next start goes on from there. Faults, logs, and what people
allowed when they signed in are not kept. Each port serves, at once,

* the provider's API: GitHub below ``/api/v3``, GitLab below ``/api/v4``, Bitbucket below ``/2.0`` or, of a Data Center,
  ``/rest/api/1.0``;
* OAuth 2.0, at the provider's own addresses, for the application that is registered in ``applications.py``; it may
  have people led back to the addresses that ``--callback`` names, with ``{provider}`` in it: see ``oauth.py``;
* web pages: ``/`` to create and change what is there and to make the provider fail, ``/OWNER/NAME`` for a public one;
* a control API in JSON, below ``/_control``, for tests and for the demo's story.

**Who sees private repositories.** A token ``token-of-LOGIN`` (as bearer, as GitLab's ``PRIVATE-TOKEN`` or as the
password of Basic) sees the private repositories of that account. Any other token sees what is public, and at GitLab
also what is internal. A token that somebody allowed by signing in shows who it was, and no private repository. One
that begins with ``revoked`` is answered 401. GitLab without a token leaves out ``owner``, ``creator_id`` and
``forked_from_project``, as the real one does.

**Control API** (times are ISO 8601 with an offset; ids are integers; every field with a ``?`` may be left out)

=======================================  ===========================================================================
``GET    /_control/state``               the accounts and repositories
``POST   /_control/accounts``            ``{login, id?, name?, kind?: user|organization, created_at?, uuid?,
                                         account_id?, workspaces?: [{slug, uuid?}], member_of?: [slug]}``; both are
                                         Bitbucket's: ``workspaces`` are the account's own, one with the login as slug
                                         is made when none is named; ``member_of`` are others', administered by others
``PATCH  /_control/accounts/ID``         ``{login}``: rename; the id stays, the old login is free for another account
``DELETE /_control/accounts/ID``         with everything it owns
``POST   /_control/repositories``        ``{owner, name, id?, uuid?, path?, private?, visibility?, description?,
                                         created_at?, creator?, fork_of?, template_of?, mirror_url?, imported_from?,
                                         archived?, empty?}``; ``owner`` is a login, a group or a workspace slug;
                                         ``fork_of`` and ``template_of`` are repository ids, ``creator`` an account id
``PATCH  /_control/repositories/ID``     any of the fields above but ``id`` and ``uuid``; another ``name`` renames,
                                         another ``owner`` transfers: the old address then answers 301
``DELETE /_control/repositories/ID``
``GET    /_control/fault``               the faults in force
``POST   /_control/fault``               ``{kind, part?: api|pages|authorize|token|user, count?, seconds?, ...}``:
                                         see ``faults.py``
``POST   /_control/callbacks``           ``{callback}``: one more address that people may be led back to
``POST   /_control/tokens``              ``{token, login?, scopes?: [...]|null, expires_at?, revoked?}``: what the
                                         provider tells of a token of the portal's; null: it tells no scope
``POST   /_control/installations``       ``{id, app_id, public_key, permissions?}``: a GitHub App that is installed
``GET    /_control/log``                 every request seen, but those of the control API, oldest first:
                                         ``{time, method, path, host, part, in_flight, authorization, status,
                                         answered_at, retry_after, reset}``; the last two as they stood in the
                                         headers, the reset only where nothing remained
``GET    /_control/oauth-tokens``        every token that came of a person's consent
``DELETE /_control/log``
``POST   /_control/reset``               back to the seed file, or to the body where one is sent: ``{accounts,
                                         repositories}`` as below
=======================================  ===========================================================================

Errors are ``{"error": sentence}`` with status 400, 404 or 409.

**Seed file**: ``{"github": {"accounts": [...], "repositories": [...]}, "gitlab": {...}, "bitbucket": {...}}``, the
entries being bodies of the two POST requests above, in the order they are made. A missing provider starts empty.
"""
