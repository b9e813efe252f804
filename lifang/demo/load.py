"""The demo city, loaded step by step, each in a transaction; a load that was interrupted goes on where it stopped."""

from collections.abc import Callable

from django.conf import settings
from django.utils import timezone

from lifang.blocks.cases.models import Case
from lifang.blocks.registry.models import Person
from lifang.demo.bodies import make_bodies
from lifang.demo.buildings import make_buildings
from lifang.demo.burden import make_burden
from lifang.demo.care import make_care
from lifang.demo.certificates import make_certificates
from lifang.demo.counter import make_counter
from lifang.demo.forms import make_forms
from lifang.demo.gate import make_admissions, make_gate
from lifang.demo.giving import give_and_take
from lifang.demo.guide import make_guide
from lifang.demo.life import live
from lifang.demo.money import make_money
from lifang.demo.people import PEOPLE, make_people
from lifang.demo.registers import make_registers
from lifang.demo.units import make_units
from lifang.demo.visits import make_visits
from lifang.ground.access.models import User
from lifang.ground.access.scope import system_scope
from lifang.ground.areas import codes
from lifang.ground.areas.data.build import CITIES
from lifang.ground.areas.load import load_city
from lifang.ground.areas.models import Area
from lifang.ground.trail.actions import record
from lifang.ground.trail.models import Entry

NANCHANG = 360100 * 10**9
HOME_STREET = 360102002 * 10**6
OTHERS = ("tieling", "dalian", "chaoyang", "yicheng")


def loaded() -> bool:
    """Whether it came to its end. A database with cases and without the demo's people is a city's own."""
    with system_scope("demo"):
        return Entry.objects.filter(what="demo.loaded").exists() or (Case.objects.exists() and not begun())


def begun() -> bool:
    with system_scope("demo"):
        return User.objects.filter(username=PEOPLE[0].username).exists()


def load(cases: int, say: Callable[[str], None]) -> None:
    """Places of five cities, generated ground for Nanchang, its bodies and people, and `cases` lived cases."""
    with system_scope("demo"):
        for name in ("nanchang", *OTHERS):
            if not Area.objects.filter(code=_root(name)).exists():
                load_city(city=name, by=None)
                say(f"{name}: {Area.objects.below(_root(name)).count()} places")
    with system_scope("demo"):
        say(f"{make_units(NANCHANG, timezone.localdate())} bodies")
        home = Area.objects.as_of(timezone.localdate()).below(HOME_STREET).grids("governance").earliest("code")
        say(f"{len(make_people(home.code))} people")
    with system_scope("registry"):
        steward = User.objects.get(username="shuju")
        month = timezone.localdate().replace(day=1)
        make_buildings(HOME_STREET, steward, month)
        kept = make_registers(HOME_STREET, steward, month)
        give_and_take(codes.parent_of(home.code), HOME_STREET, steward)
        say(f"{Person.objects.count()} residents, {kept} departments' files in {settings.DATA_DIR / 'demo-files'}")
    with system_scope("registers"):
        say(f"{make_bodies(HOME_STREET, steward, month)} organisations, stations and things in the registers")
    with system_scope("demo"):
        make_care(home.code)
        say(f"{make_forms(codes.parent_of(home.code))} returns of a dozen forms")
        say(f"{make_admissions(codes.parent_of(home.code))} applications for admission")
        say(f"{make_money(HOME_STREET, User.objects.get(username='kuaiji'))} entries of a year's money")
    with system_scope("demo"):
        say(f"{make_gate(codes.parent_of(home.code))} requests to communities, sent and returned")
    with system_scope("demo"):
        if not Case.objects.filter(type="event").exists():
            say(f"{live(NANCHANG, home.code, cases)} acts on {cases} cases")
        say(f"{make_burden(HOME_STREET)} requests of a year, with meetings, plates and a round of supervision")
        people = {user.username: user for user in User.objects.filter(username__in=("wangge", "shequ"))}
        say(f"{make_guide(HOME_STREET, timezone.localdate())} articles of the guide")
        say(f"{make_visits(home.code, people['wangge'], people['shequ'])} visits that the rules ask for")
        say(f"{make_counter(codes.parent_of(home.code))} matters at the counter")
        say(f"{make_certificates(codes.parent_of(home.code), people['shequ'])} certificates asked for")
        record(what="demo.loaded", kind="area", object_id=NANCHANG, area=NANCHANG, cases=cases)


def _root(name: str) -> int:
    return codes.parse(CITIES[name])
