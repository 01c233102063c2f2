"""A first day of staff: from an empty database to an officer who keeps the roster of one union."""

from client import Client
from office import APPLY, CLAIMS, IMPORT, MEMBERS, REJECT, SUSPEND, Staff
from steps import expect, require, step, wait_for

UNION, SCHOOL = "mgo-obrazovaniya", "ppo-primer-shkola"
OTHER_UNION, HOSPITAL = "zdravoohranenie-moskvy", "ppo-primer-bolnica"
ADMIN, OFFICER = "olga@example.ru", "petr@example.ru"
# Two offices of the federation.
ADMIN_ADDRESS, OFFICER_ADDRESS = "192.0.2.10", "192.0.2.11"

WHO_IS_STAFF = "{ staff { totalCount nodes { accountId maskedEmail hasSecondFactor grants { id role isFederal } } } }"
INVITE = """mutation($email: String!, $role: Role!, $scope: RoleScopeInput!) {
    staffInvite(input: { email: $email, role: $role, scope: $scope }) { accountId userErrors { code } } }"""
REVOKE = "mutation($id: ID!) { roleRevoke(input: { grantId: $id }) { grants { id } userErrors { code } } }"
OFFICERS_ROLE = {"email": OFFICER, "role": "MEMBERSHIP_OFFICER"}


def install(server):
    """What an operator types, in the README's order."""
    refused = server.run("serve")
    require(refused.code != 0 and "mfp-api migrate" in refused.complained, f"serve names the command: {refused.complained}")
    step("serve refuses a database that is not migrated, and names the command")
    step(f"migrate: {server.run_well('migrate').said}")
    refused = server.run("serve")
    require(refused.code != 0 and "mfp-api keys rotate" in refused.complained, f"serve names the command: {refused.complained}")
    step("serve refuses to go without signing keys, and names the command")
    step(f"keys rotate: {server.run_well('keys', 'rotate').said}")
    step(f"seed --demo: {server.run_well('seed', '--demo').said}")
    server.run_well("doctor")
    step("doctor finds nothing wrong")


def administrator(server):
    """The first administrator, by the token that the command prints."""
    printed = server.run_well("staff", "create", ADMIN).said
    token = printed.split("minutes: ")[1].split()[0]
    server.start()
    step("staff create prints a token; the server serves")
    admin = Staff(server.base, ADMIN_ADDRESS)
    expect(admin.ask(WHO_IS_STAFF).code(), "UNAUTHENTICATED", "staff asked for by a stranger")
    admin.accept(token)
    no_rights_yet(admin)
    expect(len(admin.connect_app()), 10, "recovery codes")
    seen = admin.ask(WHO_IS_STAFF).data()["staff"]["nodes"]
    expect([(one["maskedEmail"], one["hasSecondFactor"]) for one in seen], [("o***@example.ru", True)], "staff")
    step("the administrator sets a password, has no rights, connects an app, has ten recovery codes and rights")
    return admin


def no_rights_yet(person):
    for query in [WHO_IS_STAFF, MEMBERS, CLAIMS]:
        expect(person.ask(query).code(), "FORBIDDEN", f"before the second factor, {query[:30]}")
    invited = person.ask(INVITE, **OFFICERS_ROLE, scope={"federation": True})
    expect(invited.code(), "FORBIDDEN", "an invitation before the second factor")
    expect(person.upload(UNION, b"").code(), "FORBIDDEN", "an upload before the second factor")


def officer(server, inbox, admin):
    """An officer of one union, invited by e-mail."""
    scope = {"organisation": admin.organisation(UNION)}
    admin.done(INVITE, **OFFICERS_ROLE, scope=scope)
    link = inbox.wait(OFFICER, 0).strip()
    person = Staff(server.base, OFFICER_ADDRESS)
    person.accept(link.rsplit("#")[-1])
    no_rights_yet(person)
    expect(len(person.connect_app()), 10, "recovery codes")
    expect(person.members()["totalCount"], 0, "members of a union without a roster")
    step("an officer of one union joins by the link that came by e-mail, and sees an empty roster")
    return person


def rosters(officer_, admin, marked, second):
    """A dry run with a bad line, then applying it. The other union's roster is the administrator's."""
    bad_line = [marked.bad_number, SCHOOL, marked.bad_surname, "Анна", "", marked.bad_phone, marked.bad_email, "2020-02-30"]
    rows = [line(marked, marked.surname, marked.roster_email), second.line(), bad_line]
    staged = officer_.stage(UNION, rows)
    counts = (staged["good"], staged["bad"], staged["added"])
    expect(counts, (2, 1, 2), "good, bad and new lines")
    expect({problem["line"] for problem in staged["problems"]}, {4}, "lines with a fault")
    expect(officer_.members()["totalCount"], 0, "members after a dry run")
    faults = ", ".join(sorted(problem["code"] for problem in staged["problems"]))
    step(f"a roster's dry run reports the bad line ({faults}) and changes nothing")
    expect(officer_.apply(staged)["added"], 2, "members added")
    expect(officer_.members()["totalCount"], 2, "members of the union")
    expect(officer_.members(number=marked.card_number)["totalCount"], 1, "members with the card's number")
    step("applied: the officer sees two members, names masked")
    others = admin.stage(OTHER_UNION, [["ЗДР 1", HOSPITAL, "Больничный", "Пётр", "", "", "", "2020-01-31"]])
    admin.apply(others)
    expect(admin.members()["totalCount"], 3, "members of the federation")
    return others


def line(marked, surname, email):
    names = [surname, marked.given_name, marked.patronymic]
    return [marked.card_number, SCHOOL, *names, marked.phone.spaced, email, "2019-03-01"]


def outside(officer_, admin, others_import, others_claim):
    """Another union's organisation is nowhere for the officer."""
    hospital = admin.organisation(HOSPITAL)
    others = admin.members(organisation=hospital)
    expect(others["totalCount"], 1, "the administrator sees the other union's member")
    expect(officer_.members(organisation=hospital)["totalCount"], 0, "the officer sees them")
    member = others["nodes"][0]["id"]
    expect(officer_.refused(SUSPEND, id=member, reason="нет"), "MEMBERSHIP_NOT_FOUND", "suspending them")
    require(others_claim in [one["claim"]["id"] for one in admin.claims()], "the administrator sees the other claim")
    require(others_claim not in [one["claim"]["id"] for one in officer_.claims()], "the officer must not see it")
    expect(officer_.refused(REJECT, id=others_claim, reason="нет"), "CLAIM_NOT_FOUND", "rejecting it")
    expect(officer_.upload(OTHER_UNION, b"x").code(), "BAD_USER_INPUT", "an upload to the other union")
    expect(officer_.ask(IMPORT, id=others_import["id"]).data()["memberImport"], None, "the other union's import")
    expect(officer_.refused(APPLY, id=others_import["id"]), "IMPORT_NOT_FOUND", "applying it")
    for query in [WHO_IS_STAFF, "{ auditLog { totalCount } }", "{ benefitReports { totalCount } }"]:
        expect(officer_.ask(query).code(), "FORBIDDEN", query[:30])
    invited = officer_.ask(INVITE, email="x@example.ru", role="MEMBERSHIP_OFFICER", scope={"federation": True})
    expect(invited.code(), "FORBIDDEN", "an officer inviting")
    step("outside their union the officer finds no member, claim, import or upload; staff and the log are forbidden")


def revoked(officer_, admin, member):
    """The role is taken away: the next change is refused, with the old token, at once."""
    admin.step_up()
    seen = admin.ask(WHO_IS_STAFF).data()["staff"]["nodes"]
    (theirs,) = [one for one in seen if one["maskedEmail"] == "p***@example.ru"]
    expect(admin.done(REVOKE, id=theirs["grants"][0]["id"])["grants"], [], "roles that are left")
    expect(officer_.ask(SUSPEND, id=member, reason="нет").code(), "FORBIDDEN", "a change right after")
    expect(officer_.upload(UNION, b"x").code(), "FORBIDDEN", "an upload right after")
    wait_for(lambda: officer_.ask(MEMBERS).code() == "FORBIDDEN", "reading is refused, too", 6)
    step("the administrator confirms by the app, takes the role away, and the officer's next change is refused")


def stranger(server):
    return Client(server.base, "192.0.2.99")
