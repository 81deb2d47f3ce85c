"""Rebuild the pack fleet-facts: China's trucks, light vehicles, rail, pipelines, people, drones.

Facts entered by hand, each with its document; what is derived says its formula. Chinese diesel:
2.6 kg CO2 per litre as GB 30510-2024 counts it, 3.0959 kg CO2 per kg and 42.652 MJ per kg
(gbt-32151), so that 1 kg CO2 is 42.652/3.0959 MJ.
"""

from __future__ import annotations

import math
from pathlib import Path

from ships import write
from truck_curves import COLUMNS, GAS, model, read, worked

PACK = Path(__file__).parents[2] / "src/tanlu/factors/data/fleet-facts"
HEAT = "42.652/3.0959"  # MJ per kg CO2 of Chinese diesel
PETROL = "43.070/2.9251"  # MJ per kg CO2 of Chinese petrol
# class: size of the model, gross [t], what is known, en, zh
LIMITS = {
    "truck.rigid.cn.4t5": ("7.5t", "4.5", "9.9", "Light truck 3.5-4.5 t, China", "轻型载货车（3.5–4.5 吨）"),
    "truck.rigid.cn.16t": ("18t", "16", "20.6", "Rigid truck 12.5-16 t, China", "载货车（12.5–16 吨）"),
    "truck.rigid.cn.31t": ("26t", "31", "33.0", "Rigid truck over 31 t, China", "四轴载货车（31 吨以上）"),
    "truck.artic.cn.49t": ("40t", "49", "34.8", "Tractor and trailer 49 t, China", "半挂汽车列车（49 吨）"),
}  # fmt: skip
# class: sizes of the model whose payloads are averaged, kg CO2 per km, heat, gross, en, zh
FLEET = {
    "truck.average.heavy": (("26t", "40t"), "0.877", HEAT, "over 12 t gross",
                            "Heavy truck, China's fleet", "重型货车（中国车队平均）"),
    "truck.average.medium": (("7.5t", "18t"), "0.508", HEAT, "4.5-12 t gross",
                             "Medium truck, China's fleet", "中型货车（中国车队平均）"),
    "truck.average.light": (("7.5t",), "0.374", HEAT, "1.8-4.5 t gross",
                            "Light truck, China's fleet", "轻型货车（中国车队平均）"),
    "truck.average.mini": (("3.5t",), "0.216", PETROL, "up to 1.8 t gross",
                           "Mini truck, China's fleet", "微型货车（中国车队平均）"),
}  # fmt: skip
SHARE = "load 0.60 and empty 0.30 after the British means (DfT): no open Chinese statistic"
TRIKE, DRIVER = 200, 75  # kg: kerb mass at most in the draft of YZ/T 0136-2014; a person
# MJ per km of van.class3 in tanlu-vehicles, whatever it carries
VAN = {"diesel": "3.893904", "electricity": "1.403424"}
FACTOR = (
    *("activity", "vehicle_class", "energy_carrier", "technology", "place", "origin"),
    *("valid_from", "valid_to", "data_year", "boundary", "form", "numerator", "denominator"),
    *("value", "co2_fossil", "co2e_published", "gwp_set", "gsd", "pedigree", "distance_basis"),
    *("status", "derivation", "source_id", "clause", "note"),
)
# short: Btu (gross) per short ton-mile, table 6-10 of Freight Facts and Figures 2015
RAIL_US = {2007: 320, 2008: 305, 2009: 291, 2010: 289, 2011: 298, 2012: 294, 2013: 296}
WATER_US = {2007: 225, 2008: 252, 2009: 225, 2010: 217, 2011: 211, 2012: 210}
# tonnes of coal equivalent per million converted t.km, all traction and stations
RAIL_CN = {2005: "8.86", 2006: "6.12", 2007: "5.78", 2008: "5.6", 2009: "5.33", 2010: "4.94"}
AIR_CN = {2005: "0.336", 2006: "0.327", 2007: "0.315", 2008: "0.313", 2009: "0.306"}


def row(name: str, kind: str, carrier: str, *tongues: str, **over: str) -> dict[str, str]:
    return {
        "class": name,
        "kind": kind,
        "carrier": carrier,
        "en": tongues[0],
        "zh": tongues[1],
        "form": "linear_load",
        "per": "km",
        "distance_basis": "actual",
        "place": "GLO",
        "year": "2025",
        "status": "derived",
        "gsd": "1.4",
        "pedigree": "33222",
        "source_id": "tanlu-derived-fleet",
        **over,
    }


def curve(
    name: tuple[str, str, str], carrier: str, ends: tuple[str, str], said: str, **over: str
) -> dict[str, str]:
    """Give a load curve of a class (its name, en, zh) with its two formulas."""
    empty, full = ends
    text = f"empty={empty}; full={full}; {said}"
    told = {"mj_empty": worked(empty), "mj_full": worked(full), "derivation": text}
    return row(name[0], "transport.road", carrier, *name[1:], **told, **over)


def payload(sizes: tuple[str, ...], powertrain: str, year: str) -> str:
    held = [float(model()[size, powertrain, year, "regional"]["payload_t"]) for size in sizes]
    return f"{sum(held) / len(held):.2f}"


def limited() -> list[dict[str, str]]:
    """Give the Chinese trucks of a type-approval limit: full from it, the rest from the model."""
    made = []
    for name, (size, gross, litres, en, zh) in LIMITS.items():
        diesel = model()[size, "ICEV-d", "2020", "regional"]
        power = model()[size, "BEV", "2025", "regional"]
        full = f"{litres}/100*2.6*{HEAT}"
        ends = (f"{full}*{diesel['mj_0']}/{diesel['mj_100']}", full)
        told = (name, en, zh)
        room = float(gross) / float(diesel["gross_t"])
        common = {
            "size": f"{gross} t gross",
            "capacity_t": f"{float(diesel['payload_t']) * room:.2f}",
            "load": "0.60",
            "empty": "0.30",
            "origin": "CN",
            "clause": f"GB 30510-2024 limit {litres} L/100 km; truck_model.csv {size}",
        }
        limit = f"{litres} L/100 km fully laden on the Chinese cycle, the limit of new types"
        made.append(
            curve(told, "diesel", ends, f"{limit}; empty as in the model, {size}; {SHARE}",
                  **common)
        )  # fmt: skip
        level = f"{full}/{diesel['mj_100']}"
        less = {"capacity_t": f"{float(power['payload_t']) * room:.2f}", "gsd": "1.5"}
        said = f"{limit} over the model's diesel fully laden, times its battery truck of 2025"
        made.append(
            curve(told, "electricity",
                  (f"{level}*{power['mj_0']}", f"{level}*{power['mj_100']}"),
                  f"{said}; {SHARE}", **(common | less))
        )  # fmt: skip
        if float(gross) > 16:
            gas = tuple(f"{end}*{GAS}" for end in ends)
            said = "diesel curve x what British vans need more on gas"
            made.append(curve(told, "lng", (gas[0], gas[1]), f"{said}; {SHARE}",
                              **(common | {"gsd": "1.5"})))  # fmt: skip
    return made


def fleet() -> list[dict[str, str]]:
    """Give the four statistical classes of China from their CO2 per kilometre on the road."""
    made = []
    for name, (sizes, carbon, heat, gross, en, zh) in FLEET.items():
        diesel = model()[sizes[0], "ICEV-d", "2020", "regional"]
        power = model()[sizes[0], "BEV", "2025", "regional"]
        told = (name, en, zh)
        level = f"{carbon}*{heat}/{diesel['mj_50']}"
        fuel = "petrol" if heat == PETROL else "diesel"
        common = {
            "size": gross,
            "capacity_t": payload(sizes, "ICEV-d", "2020"),
            "load": "0.60",
            "empty": "0.30",
            "origin": "CN",
            "year": "2021",
            "gsd": "1.7",
            "source_id": "cn-road-2021",
            "clause": f"mean of the class, {carbon} kg CO2 per km",
        }
        said = f"{carbon} kg CO2 per km x {heat} MJ per kg CO2 at half load; shape of the model"
        made.append(
            curve(told, fuel, (f"{level}*{diesel['mj_0']}", f"{level}*{diesel['mj_100']}"),
                  f"{said}, {sizes[0]}; {SHARE}", **common)
        )  # fmt: skip
        less = {"capacity_t": payload(sizes, "BEV", "2025")}
        made.append(
            curve(told, "electricity", (f"{level}*{power['mj_0']}", f"{level}*{power['mj_100']}"),
                  f"{said}: its battery truck of 2025 over its diesel; {SHARE}",
                  **(common | less))
        )  # fmt: skip
        if name == "truck.average.heavy":
            ends = tuple(f"{level}*{diesel[f'mj_{end}']}*{GAS}" for end in (0, 100))
            more = f"{said}; x what British vans need more on gas; {SHARE}"
            made.append(curve(told, "lng", (ends[0], ends[1]), more, **common))
    return made


def cycles() -> list[dict[str, str]]:
    names = {
        ("Bicycle cargo", "BEV"): ("bike.cargo", "Electric cargo bicycle", "电动货运自行车"),
        ("Scooter <4kW", "BEV"): ("scooter.delivery", "Electric delivery scooter", "配送电动车"),
        ("Scooter 4-11kW", "BEV"): ("scooter.large", "Delivery scooter 4-11 kW", "大功率配送摩托车"),
        ("Scooter 4-11kW", "ICEV-p"): ("scooter.large", "Delivery scooter 4-11 kW",
                                       "大功率配送摩托车"),
    }  # fmt: skip
    made = []
    for each in read("cycle_model.csv"):
        name, en, zh = names[each["size"], each["powertrain"]]
        ends = (each["mj_empty"], each["mj_full"])
        said = "model MJ/km from the plug empty and full"
        if each["powertrain"] == "ICEV-p":
            mean = f"{(float(ends[0]) + float(ends[1])) / 2:.4f}"
            ends, said = (mean, mean), "model MJ/km, mean of empty and full: it does not rise"
        made.append(
            curve(
                (name, en, zh),
                "petrol" if each["powertrain"] == "ICEV-p" else "electricity",
                ends,
                f"{said}; carculator_two_wheeler 0.1.0, {each['size']}",
                capacity_t=each["capacity_t"],
                load="0.50",
                empty="0.50",
                gsd="1.5",
                clause=f"cycle_model.csv {each['size']} {each['powertrain']}",
            )
        )
    return made


def lastmile() -> list[dict[str, str]]:
    """Give what brings parcels to the door: a robot, a tricycle, and rounds told per parcel."""
    empty, _, full = (float(each["mj"]) for each in read("micro_model.csv"))
    slope = (full - empty) / 200  # MJ per km and kg
    kerb = float(read("micro_model.csv")[0]["kerb_kg"])
    level = empty + DRIVER * slope
    less = 1.4 ** math.log2(TRIKE / kerb)
    start = float(worked(f"{level:.4f}*{less:.4f}"))
    common = {
        "capacity_t": "0.20",
        "load": "0.50",
        "empty": "0.30",
        "size": "light",
        "gsd": "2.0",
        "pedigree": "33234",
        "source_id": "tanlu-derived-lastmile",
    }
    use = "load 0.50 of a round that begins full and ends empty; empty 0.30 after the British means"
    robot = row(
        "robot.delivery", "transport.road", "electricity",
        "Autonomous delivery robot", "无人配送车",
        mj_empty=f"{empty:.6f}", mj_full=f"{full:.6f}",
        clause="micro_model.csv, Micro in town, no one aboard, 0 and 200 kg",
        derivation=f"empty={empty:.4f}; full={full:.4f}; light four-wheeler of {kerb:.1f} kg from "
        f"the plug, its 262 W of auxiliaries in the place of sensors and computer; a vehicle on "
        f"the road, no pavement robot; {use}", **common,
    )  # fmt: skip
    trike = row(
        "trike.cargo", "transport.road", "electricity",
        "Electric cargo tricycle", "电动三轮快递车",
        mj_empty=f"{start:.6f}", mj_full=f"{start + 180 * slope:.6f}",
        clause="micro_model.csv, Micro in town; Weiss 2020 abstract; draft of YZ/T 0136-2014",
        derivation=f"empty={level:.4f}*{less:.4f}; full=empty+180*{slope:.7f}; the light "
        f"four-wheeler with a driver of {DRIVER} kg x 1.4^log2({TRIKE}/{kerb:.1f}): on the road "
        f"electric vehicles need 40 % more with each doubling of their mass; {TRIKE} kg of tricycle "
        f"and 180 kg of parcels are the limits of the Chinese draft, MJ per km and kg of load as "
        f"in the model; {use}", **(common | {"capacity_t": "0.18"}),
    )  # fmt: skip
    made = [trike, robot]
    for carrier, energy in VAN.items():
        text = f"50*1.609344/120*{energy}"
        made.append(
            row("parcel.van", "transport.parcel", carrier, "Parcel by delivery van",
                "厢式车派送快件", form="scalar", per="item", mj_empty=worked(text), gsd="2.5",
                year="2010", pedigree="33434", source_id="edwards-2010",
                clause="typical round of home deliveries: 120 drops on 50 miles, 181 g CO2 a drop",
                derivation=f"value={text}; km of round per drop at the MJ/km of van.class3; one "
                "parcel a drop: more of them, or a dense town, need less", origin="GB")
        )  # fmt: skip
    text = "8.5*907/7340*0.0447"
    made.append(
        row("parcel.bike", "transport.parcel", "electricity", "Parcel by cargo bicycle",
            "货运自行车派送快件", form="scalar", per="item", mj_empty=worked(text), gsd="2.5",
            year="2023", pedigree="33234", source_id="kale-2023",
            clause="7340 deliveries on 907 tracked routes; a typical route of 8.5 km",
            derivation=f"value={text}; km of route per delivery in Brussels at the MJ/km of "
            "bike.cargo half laden; couriers with few parcels a route", origin="BE")
    )  # fmt: skip
    return made


def rails() -> list[dict[str, str]]:
    """Give the trains of Finland in 2016 by type, way back included, and all that others move."""
    names = {
        "train.freight": ("Freight train", "货运列车"),
        "train.container": ("Container train", "集装箱班列"),
        "train.bulk": ("Bulk train", "散货列车"),
        "train.bulk.timber": ("Timber train", "木材列车"),
        "train.container.trailer": ("Trailers on a train", "驮背运输列车"),
    }
    finn = {
        "form": "scalar", "per": "t.km", "year": "2016", "status": "peer", "gsd": "1.4",
        "source_id": "vtt-lipasto-2016", "origin": "FI", "pedigree": "22332",
    }  # fmt: skip
    made = []
    for name, carrier, text, said in (
        ("train.freight", "electricity", "14*3.6/525",
         "mixed train: 14 kWh per train-km x 3.6 MJ over 525 t net, 1016 t of train"),
        ("train.container", "electricity", "0.027*3.6",
         "container train: 0.027 kWh/t.km, 686 t net of 1659 t"),
        ("train.container", "diesel", "0.24", "container train: 0.24 MJ/t.km, 5.6 g of diesel"),
        ("train.bulk", "electricity", "0.017*3.6", "ore train: 0.017 kWh/t.km, 2400 of 3900 t"),
        ("train.bulk", "diesel", "0.25", "ore train: 0.25 MJ/t.km, 5.9 g of diesel"),
        ("train.bulk.timber", "electricity", "0.026*3.6", "timber train: 0.026 kWh/t.km"),
        ("train.bulk.timber", "diesel", "0.42", "timber train: 0.42 MJ/t.km, 9.7 g of diesel"),
        ("train.container.trailer", "electricity", "0.066*3.6",
         "trailer train 2007: 0.066 kWh/t.km, 14 t a laden trailer, 5 empty trailers"),
    ):  # fmt: skip
        en, zh = names[name]
        over = dict(finn)
        if "2007" in said:
            over |= {"year": "2007", "pedigree": "22432"}
        made.append(
            row(name, "transport.rail", carrier, en, zh, mj_empty=worked(text),
                derivation=f"value={text}; {said}",
                clause=f"unit emissions, freight trains: {said.split(':')[0]}", **over)
        )  # fmt: skip
    return made + boats() + others()


def others() -> list[dict[str, str]]:
    gas = "0.635*1031*1055.06/253/1.459972/1000*0.9"
    push = "210*0.00105506/1.459972*128.7/138.7"
    return [
        row("pipeline.gas", "transport.pipeline", "natural_gas", "Gas pipeline", "天然气管道",
            form="scalar", per="t.km", mj_empty=worked(gas), year="2003", gsd="1.6",
            pedigree="22433", origin="US", source_id="us-bts-jts-2005",
            clause="table A7, 2003: pipeline fuel, gas transmission pipeline ton-miles",
            derivation=f"value={gas}; 0.635 x 10^12 cubic feet of pipeline fuel x 1031 Btu x "
            "1055.06 J over 253 x 10^9 short ton-miles of transmission; net over gross 0.9"),
        row("barge.push", "transport.inland", "diesel", "Pushed convoy", "顶推船队",
            form="scalar", per="t.km", mj_empty=worked(push), year="2012", gsd="2.0",
            pedigree="22423", origin="US", source_id="us-bts-2015",
            clause="table 6-10: Domestic Waterborne Commerce 2012",
            derivation=f"value={push}; 210 Btu (gross) per short ton-mile of domestic water "
            "transport, most of it convoys; net over gross heating value of diesel"),
        row("drone.multirotor", "transport.air", "electricity", "Multirotor drone", "多旋翼无人机",
            form="scalar", per="km", mj_empty="0.08", year="2022", status="peer", gsd="1.8",
            pedigree="22222", source_id="rodrigues-2022", size="parcel up to 0.5 kg",
            clause="energy per distance with a parcel of 0.5 kg", distance_basis="actual",
            derivation="value=0.08; MJ per km of flight, whatever it carries"),
        row("tractor.terminal", "transport.road", "diesel", "Terminal tractor", "场内牵引车",
            mj_empty="12.100904", mj_full="20.167982", capacity_t="25.51", load="0.50",
            empty="0.50", status="assumption", gsd="2.0", pedigree="55333",
            source_id="tanlu-assumed-fleet", clause="derivation in this row",
            derivation="empty=12.100904; full=20.167982; as truck.artic.44t.urban: no open value "
            "for yard work"),
        row("tractor.terminal", "transport.road", "electricity", "Terminal tractor", "场内牵引车",
            mj_empty="3.935999", mj_full="9.056563", capacity_t="24.44", load="0.50",
            empty="0.50", status="assumption", gsd="2.0", pedigree="55333",
            source_id="tanlu-assumed-fleet", clause="derivation in this row",
            derivation="empty=3.935999; full=9.056563; as truck.artic.44t.urban: no open value "
            "for yard work"),
        *(
            row(name, kind, "none", en, zh, status="derived", source_id="iso-14083")
            for name, kind, en, zh in (
                ("foot.walker", "transport.road", "Walker", "步行投递"),
                ("bike.pedal", "transport.road", "Cargo bicycle without motor", "人力货运自行车"),
                ("parcel.foot", "transport.parcel", "Parcel on foot", "步行派送快件"),
            )
        ),
    ]  # fmt: skip


def boats() -> list[dict[str, str]]:
    """Give the vessels of Finland in 2016 that the British file has not, way back included."""
    made = []
    for kind, name, carrier, energy, en, zh in (
        (
            "transport.inland",
            "barge.push.small",
            "diesel",
            "0.30",
            "Pushed barge, small",
            "小型顶推驳船",
        ),
        (
            "transport.inland",
            "barge.push.large",
            "diesel",
            "0.23",
            "Pushed barge, large",
            "大型顶推驳船",
        ),
        (
            "transport.sea",
            "ship.roro.18kn",
            "marine_gas_oil",
            "1.8",
            "Ro-ro ship, 18 knots",
            "滚装船（18 节）",
        ),
        (
            "transport.sea",
            "ship.roro.paper",
            "marine_gas_oil",
            "1.57",
            "Ro-ro ship for paper, 18 knots",
            "纸品滚装船（18 节）",
        ),
        (
            "transport.sea",
            "ship.ropax.18kn",
            "marine_gas_oil",
            "1.1",
            "Car ferry, 18 knots",
            "汽车渡轮（18 节）",
        ),
        (
            "transport.sea",
            "ship.ropax.21kn",
            "marine_gas_oil",
            "1.3",
            "RoPax ferry, 21 knots",
            "客滚船（21 节）",
        ),
        (
            "transport.sea",
            "ship.ropax.24kn",
            "marine_gas_oil",
            "1.9",
            "RoPax ferry, 24 knots",
            "客滚船（24 节）",
        ),
    ):
        made.append(
            row(name, kind, carrier, en, zh, form="scalar", per="t.km", year="2016",
                status="peer", gsd="1.5", source_id="vtt-lipasto-2016-sea", origin="FI",
                pedigree="22332", mj_empty=worked(energy), clause=f"freight vessels 2016: {en}",
                derivation=f"value={energy}; MJ per t.km of the source")
        )  # fmt: skip
    return made


def walkers() -> list[dict[str, str]]:
    """Give what people carry by their own force: zero, and why."""
    made = []
    for activity, name, per in (
        ("transport.road", "foot.walker", "t.km"),
        ("transport.road", "bike.pedal", "t.km"),
        ("transport.parcel", "parcel.foot", "item"),
    ):
        for boundary in ("ttw", "wtt"):
            made.append(  # noqa: PERF401
                {
                    "activity": activity,
                    "vehicle_class": name,
                    "energy_carrier": "none",
                    "place": "GLO",
                    "valid_from": "2023-01-01",
                    "data_year": "2023",
                    "boundary": boundary,
                    "form": "scalar",
                    "numerator": "kg",
                    "denominator": per,
                    "co2_fossil": "0",
                    "co2e_published": "0",
                    "gwp_set": "AR6",
                    "gsd": "1.0",
                    "pedigree": "11111",
                    "distance_basis": "actual",
                    "status": "derived",
                    "derivation": "0: no energy carrier is used; food of people is outside",
                    "source_id": "iso-14083",
                    "clause": "5.2 system boundary: energy carriers of vehicles and hubs",
                    "note": "zero is meant: human power needs no energy carrier",
                }
            )
    return made


def by_year(
    kind: str, name: str, carrier: str, place: str, told: dict[int, str], **over: str
) -> list[dict[str, str]]:
    """Give a series of years, the last of which stays open."""
    last = max(told)
    return [
        {
            "activity": kind,
            "vehicle_class": name,
            "energy_carrier": carrier,
            "place": place,
            "valid_from": f"{year}-01-01",
            "valid_to": "" if year == last and "valid_to" not in over else f"{year + 1}-01-01",
            "data_year": str(year),
            "boundary": "energy",
            "form": "scalar",
            "numerator": "MJ",
            "denominator": "t.km",
            "value": worked(text),
            "gsd": "1.3",
            "pedigree": "22122",
            "distance_basis": "actual",
            "status": "derived",
            "derivation": text,
            **{key: value for key, value in over.items() if key != "valid_to"},
        }
        for year, text in sorted(told.items())
    ]


def series() -> list[dict[str, str]]:
    short = "*0.00105506/1.459972*128.7/138.7"
    bts = {"source_id": "us-bts-2015", "note": "Btu (gross) per short ton-mile, net over gross"}
    coal = {year: f"{tce}*29.3076/1000" for year, tce in RAIL_CN.items()}
    mixed = {
        "technology": "all_traction",
        "note": "all traction and stations, passengers included: an upper mark, no leg uses it",
        "clause": "table 3.5: railway, t of coal equivalent per million converted t.km",
        "source_id": "cn-glcdc-2013",
    }
    newest = {2024: "3.86*29.3076/1000"}
    return [
        *by_year("transport.rail", "train.freight", "diesel", "US",
                 {year: f"{btu}{short}" for year, btu in RAIL_US.items()},
                 clause="table 6-10: Railroad (Class I)", **bts),
        *by_year("transport.inland", "barge.bulk", "diesel", "US",
                 {year: f"{btu}{short}" for year, btu in WATER_US.items()},
                 clause="table 6-10: Domestic Waterborne Commerce", **bts),
        *by_year("transport.air", "plane.domestic", "jet_kerosene", "CN",
                 {year: f"{kg}*43.070" for year, kg in AIR_CN.items()}, valid_to="yes",
                 clause="table 3.5: airlines, kg of oil per t.km", source_id="cn-glcdc-2013"),
        *by_year("transport.rail", "train.freight", "", "CN", coal, valid_to="yes", **mixed),
        *by_year("transport.rail", "train.freight", "", "CN", newest,
                 **(mixed | {"source_id": "cn-nra-2024",
                             "clause": "energy of national railways 2024"})),
    ]  # fmt: skip


if __name__ == "__main__":
    write(PACK / "vehicles.csv", COLUMNS, limited() + fleet() + cycles() + lastmile() + rails())
    write(PACK / "factor.csv", FACTOR, walkers() + series())
