"""Where notices are pushed to, and where never."""

import pytest

from lifang.ground.access.actions import create_user
from lifang.ground.access.errors import Refused
from lifang.ground.access.scope import system_scope
from lifang.ground.notices import addresses
from lifang.ground.notices.models import Notice
from lifang.ground.notices.tasks import NotPushed, push
from lifang.ground.reach import Unreachable
from tests import situations

METADATA = "json://169.254.169.254/latest/meta-data/secret"


@pytest.mark.parametrize(
    "address",
    [
        "ftp://10.0.0.1/", "syslog://", "file:///etc/passwd", "xml://10.0.0.1/", "form://10.0.0.1", "nonsense", "json", "",
        "mailto://a:b@mail.example.cn?pgp=yes", "://[", "http://[1",
    ],
)  # fmt: skip
def test_other_kinds_of_address_are_refused(address: str) -> None:
    with pytest.raises(addresses.BadAddress):
        addresses.check(address)


@pytest.mark.parametrize(
    "address",
    [
        METADATA, "jsons://127.0.0.1/x", "json://[::1]/", "mailto://127.0.0.1:25?to=a@b.cn",
        "mailto://a:b@mail.example.cn?smtp=169.254.169.254&to=a@b.cn", "json://localhost/",
    ],
)  # fmt: skip
def test_a_host_that_webhooks_are_kept_from_is_no_place_for_notices(address: str) -> None:
    with pytest.raises((Unreachable, addresses.BadAddress)):
        addresses.service(address)


@pytest.mark.parametrize("address", ["wecombot://0f8a7b", "json://10.1.2.3/notices"])
def test_robots_and_a_citys_own_gateway_are_taken(address: str) -> None:
    assert addresses.service(address).redirects is False


@pytest.mark.django_db
def test_an_address_is_refused_when_it_is_entered_and_again_when_it_is_used() -> None:
    situations.a_small_city()
    with system_scope("test"), pytest.raises(Refused) as refused:
        create_user(by=None, username="abc", name="演示", unit=None, notify_url="ftp://10.0.0.1/token")
    assert refused.value.field == "notify_url"
    person = situations.a_person("caller", situations.CITY)
    with system_scope("test"):
        person.notify_url = METADATA
        person.save()
        notice = Notice.objects.create(user=person, title="派遣", url="/desk/")
    with pytest.raises(NotPushed) as failed:
        push(notice_id=notice.pk)
    assert "secret" not in str(failed.value)
