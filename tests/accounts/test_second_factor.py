"""The second factor: set up with a phone, asked for after the password, good once, and taken away when it is lost."""

import datetime
import re
import time
from binascii import unhexlify

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import forms, second_factor
from accounts.staff_groups import ORDERS_DESK
from content.due import run_due
from tests.admin.desk import Sheet, make_superuser, policy_of, signed_in, verified
from tests.intake.crowd import at_once
from tests.makers import make_staff

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
OVERVIEW, SET_UP, CODES = "/admin/second-factor/", "/admin/second-factor/set-up/", "/admin/second-factor/backup-codes/"
PASSWORD = "Une longue phrase 2026"
#: What a code is tried with; never the right one, since that one is made to differ.
WRONG = "000000"


@pytest.fixture(autouse=True)
def quiet_clock(monkeypatch):
    """Let the codes of phones change only when a test says so."""
    now = [time.time() // 30 * 30 + 10]
    monkeypatch.setattr("time.time", lambda: now[0])
    return now


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Nothing here is about how long a password takes to check."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def anna():
    user = make_staff(ORDERS_DESK, language="nl")
    user.set_password(PASSWORD)
    user.save()
    return user


def code_of(device, later=0):
    """Return the code that a phone shows, as many steps later."""
    device.refresh_from_db()
    return code_for(device.key, later)


def code_for(key, later=0):
    totp = TOTP(unhexlify(key))
    totp.time = time.time() + 30 * later
    return f"{totp.token():06}"


def phone_for(user):
    return TOTPDevice.objects.create(user=user, name="phone")


def give_password(client, user, password=PASSWORD, address=LOGIN):
    return client.post(address, {"username": user.username, "password": password})


def ticket_in(response):
    return re.search(r'name="ticket" value="([^"]+)"', response.content.decode()).group(1)


def sign_in(client, user, code, next_page="/admin/"):
    """Go through both steps of signing in, and return the answer to the second."""
    ticket = ticket_in(give_password(client, user))
    return client.post(LOGIN, {"ticket": ticket, "code": code, "next": next_page})


def is_in(client, address="/admin/"):
    return client.get(address).status_code == 200


# --- Signing in ------------------------------------------------------------------------------------------------


def test_after_the_password_comes_the_code_and_then_the_page_that_was_wanted(anna):
    device, client = phone_for(anna), Client()
    page = Sheet(give_password(client, anna))
    assert page.response.status_code == 200
    assert page.tree.get("lang") == "fr"  # nobody is signed in yet: the language is the browser's
    assert not page.errors
    response = sign_in(client, anna, code_of(device), "/admin/orders/order/")
    assert response.headers["Location"] == "/admin/orders/order/"
    assert is_in(client)


def test_the_password_alone_makes_no_session(anna):
    phone_for(anna)
    client = Client()
    response = give_password(client, anna)
    assert not Session.objects.exists()
    assert settings.SESSION_COOKIE_NAME not in response.cookies
    assert client.get("/admin/").headers["Location"].startswith(LOGIN)


def test_the_page_that_asks_for_the_code_holds_no_password_and_is_kept_by_no_cache(anna):
    phone_for(anna)
    response = give_password(Client(), anna)
    assert PASSWORD not in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


def test_a_code_is_good_once(anna):
    device = phone_for(anna)
    code = code_of(device)
    assert sign_in(Client(), anna, code).status_code == 302
    again = Client()
    assert sign_in(again, anna, code).status_code == 200
    assert not is_in(again)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["phone", "backup"])
def test_of_several_who_bring_one_code_at_the_same_moment_one_gets_in(kind):
    user = make_superuser()
    code = code_of(phone_for(user)) if kind == "phone" else second_factor.make_backup_codes(user)[0]

    def bring():
        try:
            return bool(second_factor.check_code(user, code))
        except (second_factor.WrongCode, second_factor.TooManyWrongCodes):
            return False

    assert sorted(at_once(bring, 5)) == [False] * 4 + [True]


def test_an_older_code_is_not_taken_after_a_newer_one(anna):
    device = phone_for(anna)
    assert sign_in(Client(), anna, code_of(device)).status_code == 302
    assert sign_in(Client(), anna, code_of(device, later=-1)).status_code == 200


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_phone_whose_clock_is_half_a_minute_off_is_understood(anna, steps):
    assert sign_in(Client(), anna, code_of(phone_for(anna), later=steps)).status_code == 302


@pytest.mark.parametrize("steps", [-5, -2, 2, 5])
def test_a_code_of_another_time_is_wrong(anna, steps):
    assert sign_in(Client(), anna, code_of(phone_for(anna), later=steps)).status_code == 200


@pytest.mark.parametrize("written", ["{} {}", "{}-{}", " {}{} ", "{}\u00a0{}"])
def test_a_code_may_be_typed_in_groups(anna, written):
    code = code_of(phone_for(anna))
    assert sign_in(Client(), anna, written.format(code[:3], code[3:])).status_code == 302


@pytest.mark.parametrize("code", ["", " ", "12345", "1234567", "é" * 3000, "\x00", "१२३४५६", "1_2_3_4", "-1", "1e5"])
def test_nothing_typed_as_a_code_breaks_the_page_or_gets_in(anna, code):
    phone_for(anna)
    client = Client()
    response = sign_in(client, anna, code)
    assert response.status_code == 200
    assert Sheet(response).errors
    assert not is_in(client)


def test_digits_of_other_scripts_and_underscores_are_no_code(anna):
    device = phone_for(anna)
    code = code_of(device)
    foreign = code.translate({ord(digit): ord("०") + int(digit) for digit in "0123456789"})
    for typed in (foreign, "_".join(code), f"+{code}"):
        assert sign_in(Client(), anna, typed).status_code == 200, typed


def test_the_phone_of_somebody_else_opens_nothing(anna):
    phone_for(anna)
    other = phone_for(make_staff())
    assert sign_in(Client(), anna, code_of(other)).status_code == 200


def test_after_wrong_codes_the_right_one_waits_too_longer_each_time(anna):
    device = phone_for(anna)
    for failures, seconds in ((1, 1), (2, 2), (3, 4), (4, 8)):
        TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - datetime.timedelta(hours=1))
        assert sign_in(Client(), anna, WRONG).status_code == 200
        device.refresh_from_db()
        assert device.throttling_failure_count == failures
        with pytest.raises(second_factor.TooManyWrongCodes) as caught:
            second_factor.check_code(anna, code_of(device))
        assert caught.value.seconds == seconds


def test_the_wait_is_told_and_ends(anna):
    device = phone_for(anna)
    TOTPDevice.objects.update(throttling_failure_count=7, throttling_failure_timestamp=timezone.now())
    response = sign_in(Client(), anna, code_of(device))
    assert response.status_code == 200
    assert re.search(r"6\d", Sheet(response).errors)
    TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - datetime.timedelta(seconds=65))
    assert sign_in(Client(), anna, code_of(device)).status_code == 302
    device.refresh_from_db()
    assert device.throttling_failure_count == 0


def test_a_wrong_code_does_not_hold_up_the_backup_codes_nor_they_the_phone(anna):
    device = phone_for(anna)
    (code, *_more) = second_factor.make_backup_codes(anna)
    assert sign_in(Client(), anna, WRONG).status_code == 200
    assert sign_in(Client(), anna, code).status_code == 302
    assert sign_in(Client(), anna, "no-such-code").status_code == 200
    TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - datetime.timedelta(hours=1))
    assert sign_in(Client(), anna, code_of(device)).status_code == 302


# --- The ticket between the two steps --------------------------------------------------------------------------


def test_a_ticket_lasts_some_minutes(anna, quiet_clock):
    device, client = phone_for(anna), Client()
    ticket = ticket_in(give_password(client, anna))
    quiet_clock[0] += forms.CODE_WITHIN + 5
    response = client.post(LOGIN, {"ticket": ticket, "code": code_of(device)})
    assert response.status_code == 200
    assert Sheet(response).errors
    assert not is_in(client)


@pytest.mark.parametrize("ticket", ["", "x", "a:b:c", "é", "\x00", "x" * 5000])
def test_a_ticket_that_is_not_ours_is_refused_in_words(anna, ticket):
    device, client = phone_for(anna), Client()
    response = client.post(LOGIN, {"ticket": ticket, "code": code_of(device)})
    assert response.status_code == 200
    assert Sheet(response).errors
    assert not is_in(client)


@pytest.mark.parametrize("columns", [{"is_active": False}, {"is_staff": False}, {"password": "x"}])
def test_a_ticket_is_void_once_the_account_has_changed(anna, columns):
    device, client = phone_for(anna), Client()
    ticket = ticket_in(give_password(client, anna))
    get_user_model().objects.filter(pk=anna.pk).update(**columns)
    assert client.post(LOGIN, {"ticket": ticket, "code": code_of(device)}).status_code == 200
    assert not is_in(client)


def test_a_ticket_without_a_code_does_not_get_in(anna):
    phone_for(anna)
    client = Client()
    ticket = ticket_in(give_password(client, anna))
    assert client.post(LOGIN, {"ticket": ticket}).status_code == 200
    assert not is_in(client)


def test_signing_in_leads_nowhere_else(anna):
    response = sign_in(Client(), anna, code_of(phone_for(anna)), "https://evil.example/")
    assert "evil" not in response.headers["Location"]


def test_a_key_of_a_session_that_was_known_before_opens_nothing_after(anna):
    client, device = Client(), phone_for(anna)
    session = client.session  # planted by somebody else
    session["planted"] = "x"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    sign_in(client, anna, code_of(device))
    assert is_in(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != session.session_key
    assert not Session.objects.filter(session_key=session.session_key).exists()


# --- Setting it up ---------------------------------------------------------------------------------------------


def key_in(page):
    """Return the secret that a page of setting up shows, as hexadecimal digits."""
    from base64 import b32decode

    (key,) = page.with_class("second-factor__key")
    return b32decode("".join(key.text.split())).hex()


def go_through_set_up(client, **more):
    page = Sheet(client.get(SET_UP))
    return client.post(SET_UP, {"code": code_for(key_in(page)), **more})


def test_a_member_of_the_orders_desk_sets_it_up_before_anything_else(anna):
    client = Client()
    give_password(client, anna)
    for address in ("/admin/", "/admin/orders/order/", "/admin/password_change/", "/admin/autocomplete/"):
        assert client.get(address).headers["Location"].startswith(SET_UP), address
    response = go_through_set_up(client, next="/admin/orders/order/")
    page = Sheet(response)
    assert response.status_code == 200
    assert len(page.with_class("second-factor__codes")[0]) == second_factor.BACKUP_CODES
    assert "/admin/orders/order/" in page.hrefs
    assert "no-store" in response.headers["Cache-Control"]
    assert is_in(client)


def test_the_picture_is_one_that_the_policy_lets_through_and_holds_the_key(anna):
    response = signed_in(anna).get(SET_UP)
    page = Sheet(response)
    (picture,) = page.with_class("second-factor__picture")
    assert picture.get("src").startswith("data:image/svg+xml")
    assert picture.get("alt")
    assert "data:" in policy_of(response)["img-src"]
    assert any(href.startswith("otpauth://totp/") for href in page.hrefs)


def test_a_wrong_code_sets_nothing_up_and_the_key_stays(anna):
    client = signed_in(anna)
    key = key_in(Sheet(client.get(SET_UP)))
    for wrong in ("", code_for(key, later=9), "abc", "\x00"):
        page = Sheet(client.post(SET_UP, {"code": wrong}))
        assert page.errors, wrong
        assert key_in(page) == key
    assert not TOTPDevice.objects.exists()
    assert client.post(SET_UP, {"code": code_for(key)}).status_code == 200
    assert TOTPDevice.objects.get().key == key


def test_the_key_of_one_session_is_not_that_of_another(anna):
    assert key_in(Sheet(signed_in(anna).get(SET_UP))) != key_in(Sheet(signed_in(anna).get(SET_UP)))


def test_the_code_of_setting_up_does_not_open_a_second_door(anna):
    client = signed_in(anna)
    code = code_for(key_in(Sheet(client.get(SET_UP))))
    client.post(SET_UP, {"code": code})
    assert sign_in(Client(), anna, code).status_code == 200


def test_setting_up_ends_the_other_sessions_and_renews_the_key_of_this_one(anna):
    other, client = signed_in(anna), signed_in(anna)
    bystander = signed_in(make_staff("Editors"))
    before = client.session.session_key
    go_through_set_up(client)
    assert client.session.session_key != before
    assert is_in(client)
    assert other.get("/admin/").headers["Location"].startswith(LOGIN)
    assert is_in(bystander)
    assert "second_factor_key" not in client.session


def test_a_session_without_a_code_is_over_once_there_is_a_second_factor(anna):
    """As where it was opened at the very moment when the second factor was set up."""
    client = signed_in(anna)
    phone_for(anna)
    for address in ("/admin/", SET_UP, OVERVIEW, CODES, "/admin/password_change/", "/admin/logout/"):
        client.force_login(anna)
        assert client.post(address).headers["Location"].startswith(LOGIN), address
        assert settings.SESSION_COOKIE_NAME not in {name for name, cookie in client.cookies.items() if cookie.value}


def test_another_phone_needs_a_code_of_the_old_one(anna):
    client = verified(anna)
    old = TOTPDevice.objects.get()
    for wrong in ({}, {"old_code": "111111"}):
        assert Sheet(go_through_set_up(client, **wrong)).errors
        assert TOTPDevice.objects.get() == old
    TOTPDevice.objects.update(throttling_failure_count=0)
    assert go_through_set_up(client, old_code=code_of(old)).status_code == 200
    assert TOTPDevice.objects.get().key != old.key
    assert is_in(client)


def test_a_backup_code_is_not_used_up_by_a_wrong_code_of_the_new_phone(anna):
    client = verified(anna)
    (code, *_more) = second_factor.make_backup_codes(anna)
    assert Sheet(client.post(SET_UP, {"code": "12", "old_code": code})).errors
    assert second_factor.backup_codes_left(anna) == second_factor.BACKUP_CODES
    assert go_through_set_up(client, old_code=code).status_code == 200


# --- Backup codes ----------------------------------------------------------------------------------------------


def test_a_backup_code_opens_once_however_it_is_typed(anna):
    phone_for(anna)
    codes = second_factor.make_backup_codes(anna)
    for code, typed in zip(codes, (codes[0], codes[1].upper(), codes[2].replace("-", " ")), strict=False):
        assert sign_in(Client(), anna, typed).status_code == 302, typed
        StaticDevice.objects.update(throttling_failure_count=0)
        assert sign_in(Client(), anna, code).status_code == 200, code
        StaticDevice.objects.update(throttling_failure_count=0)
    assert second_factor.backup_codes_left(anna) == second_factor.BACKUP_CODES - 3


def test_what_is_kept_of_backup_codes_opens_nothing(anna):
    codes = second_factor.make_backup_codes(anna)
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert len(kept) == len(codes) == second_factor.BACKUP_CODES
    assert not kept & ({*codes} | {code.replace("-", "") for code in codes})
    for token in kept:
        StaticDevice.objects.update(throttling_failure_count=0)
        with pytest.raises(second_factor.WrongCode):
            second_factor.check_code(anna, token)


def test_new_backup_codes_need_a_code_and_void_the_old_ones(anna):
    client = verified(anna)
    device = TOTPDevice.objects.get()
    (old, *_more) = second_factor.make_backup_codes(anna)
    assert Sheet(client.post(CODES, {"code": "111111"})).errors
    TOTPDevice.objects.update(throttling_failure_count=0)
    page = Sheet(client.post(CODES, {"code": code_of(device)}))
    assert len(page.with_class("second-factor__codes")[0]) == second_factor.BACKUP_CODES
    assert sign_in(Client(), anna, old).status_code == 200


def test_a_code_of_one_person_is_no_code_of_another(anna):
    codes = second_factor.make_backup_codes(anna)
    bert = make_staff()
    second_factor.make_backup_codes(bert)
    with pytest.raises(second_factor.WrongCode):
        second_factor.check_code(bert, codes[0])


# --- Who needs it ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["Editors", "Publishers", "Translators"])
def test_who_writes_content_may_go_without(group):
    assert is_in(signed_in(make_staff(group)))


def test_somebody_with_two_groups_is_asked_everywhere():
    client = signed_in(make_staff("Editors", ORDERS_DESK))
    assert client.get("/admin/themes/theme/").headers["Location"].startswith(SET_UP)


def test_a_superuser_is_asked_where_orders_and_accounts_are():
    user = make_superuser()
    client = signed_in(user)
    assert is_in(client)
    places = ("/admin/accounts/user/", "/admin/auth/group/", "/admin/accounts/", "/admin/accounts/user/add/")
    for address in places:
        assert client.get(address).headers["Location"] == f"{SET_UP}?next={address.replace('/', '%2F')}"
        assert client.post(address, {"username": "x"}).status_code == 302
    assert "/admin/accounts/user/" not in Sheet(client.get("/admin/")).hrefs
    assert "/admin/accounts/user/" in Sheet(verified(user).get("/admin/")).hrefs


def test_the_start_page_tells_superusers_what_they_do_not_see_yet():
    user = make_superuser()
    assert SET_UP in Sheet(signed_in(user).get("/admin/")).hrefs
    assert SET_UP not in Sheet(verified(user).get("/admin/")).hrefs
    assert SET_UP not in Sheet(signed_in(make_staff("Editors")).get("/admin/")).hrefs


@pytest.mark.parametrize(("left", "told"), [(10, False), (3, False), (2, True), (1, True), (0, True)])
def test_the_start_page_tells_when_backup_codes_run_out(left, told, anna):
    client = verified(anna)
    second_factor.make_backup_codes(anna)
    kept = StaticToken.objects.order_by("pk").values_list("pk", flat=True)[:left]
    StaticToken.objects.exclude(pk__in=list(kept)).delete()
    assert (CODES in Sheet(client.get("/admin/")).hrefs) == told


def test_who_has_set_one_up_of_their_own_will_is_asked_too():
    user = make_staff("Editors", password=PASSWORD)
    device, client = phone_for(user), Client()
    assert Sheet(give_password(client, user)).response.status_code == 200
    assert not is_in(client)
    assert sign_in(client, user, code_of(device)).status_code == 302


def test_the_secrets_of_phones_stand_on_no_page_of_the_admin():
    client = verified(make_superuser())
    for name in ("otp_totp/totpdevice", "otp_static/staticdevice"):
        assert client.get(f"/admin/{name}/").status_code == 404


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_every_page_opens_in_both_languages_under_the_policy_of_the_admin(language):
    user = make_staff(ORDERS_DESK, language=language)
    responses = [signed_in(user).get(SET_UP)]
    client = verified(user)
    responses += [client.get(address) for address in (OVERVIEW, SET_UP, CODES)]
    for response in responses:
        assert response.status_code == 200
        assert Sheet(response).tree.get("lang") == language
        assert "'unsafe-inline'" not in response.headers["Content-Security-Policy"]
        assert " style=" not in response.content.decode()
        assert "no-store" in response.headers["Cache-Control"]


# --- Losing it -------------------------------------------------------------------------------------------------


def removal(user):
    return f"/admin/accounts/user/{user.pk}/second-factor/"


def test_a_superuser_takes_a_lost_one_away_and_ends_every_session_of_that_person(anna):
    thief, boss = verified(anna), make_superuser()
    second_factor.make_backup_codes(anna)
    client = verified(boss)
    assert removal(anna) in Sheet(client.get(f"/admin/accounts/user/{anna.pk}/change/")).hrefs
    assert client.get(removal(anna)).status_code == 200
    assert second_factor.has_second_factor(anna)  # looking changes nothing
    assert client.post(removal(anna)).status_code == 302
    assert not second_factor.has_second_factor(anna)
    assert not StaticToken.objects.filter(device__user=anna).exists()
    assert thief.get("/admin/").headers["Location"].startswith(LOGIN)
    assert is_in(client)
    assert LogEntry.objects.filter(user=boss, object_id=str(anna.pk)).exists()


def test_nobody_else_takes_a_second_factor_away(anna):
    phone_for(anna)
    for client in (
        Client(),
        signed_in(make_superuser()),
        verified(make_staff(ORDERS_DESK)),
        verified(make_staff("Publishers")),
    ):
        for method in (client.get, client.post):
            assert method(removal(anna)).status_code in {302, 403}
    assert second_factor.has_second_factor(anna)


def test_a_second_factor_that_nobody_has_is_not_taken_away():
    client = verified(make_superuser())
    assert client.get(removal(make_staff())).status_code == 404
    assert client.get("/admin/accounts/user/999999/second-factor/").status_code == 404


def test_on_the_server_it_is_taken_away_by_a_command(anna, capsys):
    client = verified(anna)
    call_command("remove_second_factor", anna.username)
    assert not second_factor.has_second_factor(anna)
    assert not is_in(client)
    with pytest.raises(CommandError):
        call_command("remove_second_factor", anna.username)
    with pytest.raises(CommandError):
        call_command("remove_second_factor", "nobody")


def test_sessions_that_are_over_are_deleted_and_others_go_on(anna):
    client, gone = verified(make_superuser()), signed_in(anna)
    Session.objects.filter(pk=gone.session.session_key).update(expire_date=timezone.now())
    assert run_due() == []
    assert not Session.objects.filter(pk=gone.session.session_key).exists()
    assert is_in(client)


# --- One's own machine -----------------------------------------------------------------------------------------


def test_on_ones_own_machine_a_code_is_had_without_a_phone(anna, settings, capsys):
    settings.LOCAL = True
    device = phone_for(anna)
    call_command("local_code", user=anna.username)
    code = re.search(r"\b(\d{6})\b", capsys.readouterr().out).group(1)
    assert sign_in(Client(), anna, code).status_code == 302
    call_command("local_code", user=anna.username)
    assert code_of(device, later=1) in capsys.readouterr().out  # the one of now was used


def test_before_it_is_set_up_the_code_is_made_from_the_key_on_the_page(anna, settings, capsys):
    settings.LOCAL = True
    client = signed_in(anna)
    page = Sheet(client.get(SET_UP))
    (key,) = page.with_class("second-factor__key")
    call_command("local_code", key=key.text)
    code = re.search(r"\b(\d{6})\b", capsys.readouterr().out).group(1)
    assert client.post(SET_UP, {"code": code}).status_code == 200
    assert second_factor.has_second_factor(anna)


def test_a_server_tells_no_code(anna, settings):
    settings.LOCAL = False
    phone_for(anna)
    with pytest.raises(CommandError):
        call_command("local_code", user=anna.username)


@pytest.mark.parametrize("options", [{"user": "nobody"}, {"key": "1"}, {"key": "é"}])
def test_what_has_no_code_is_told_in_one_line(options, settings):
    settings.LOCAL = True
    with pytest.raises(CommandError):
        call_command("local_code", **options)


def test_a_code_that_ends_while_it_is_looked_at_is_asked_for_again(anna, monkeypatch):
    client = signed_in(anna)
    key = key_in(Sheet(client.get(SET_UP)))
    monkeypatch.setattr(forms, "phone_shows", lambda key, code: True)
    page = Sheet(client.post(SET_UP, {"code": code_for(key, later=9)}))
    assert page.errors
    assert not second_factor.has_second_factor(anna)
    assert key_in(page) == key


@pytest.mark.parametrize("is_superuser", [True, False])
def test_the_way_to_take_a_phone_away_is_shown_to_whoever_may(anna, is_superuser):
    phone_for(anna)
    if is_superuser:
        client = verified(make_superuser())
    else:
        other = make_staff()
        other.user_permissions.add(*Permission.objects.filter(codename__in=("view_user", "change_user")))
        client = verified(other)
    page = Sheet(client.get(f"/admin/accounts/user/{anna.pk}/change/"))
    away = f"/admin/accounts/user/{anna.pk}/second-factor/"
    assert (away in page.hrefs) == is_superuser
    assert client.get(away).status_code == (200 if is_superuser else 403)
