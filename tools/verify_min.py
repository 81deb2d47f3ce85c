#!/usr/bin/env python3
"""Verify a Tanlu evidence pack with Python's standard library and `cryptography`, nothing else.

    python verify_min.py PACK --policy FILE [--max-age SECONDS] [--now SECONDS]

Written from the two pages of formats (evidence-pack.md, format.md) alone, so that a fault of the other checker
is not repeated here. It stops at the first thing that does not hold and prints its code and place as JSON.
Exit 0 verified, 1 failed, 2 cannot decide, 3 verified with findings. Not done here: credentials, disclosures.
"""
# ruff: noqa: E401, E701, ANN, B023, B904, B905, C408, EM101, PTH, RUF005, RUF015, TRY, BLE001, N801, I001
import argparse, base64, binascii, csv, hashlib, json, math, re, struct, sys, time
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

UNDECIDED, KEYS = ("TL707", "TL735", "TL736"), ("key", "device-enrol", "device-revoke")
NAME = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]*/)*[A-Za-z0-9_][A-Za-z0-9._-]*")
AMOUNTS = "mass_mg distance_m load_ppm empty_ppm count teu_milli energy_j volume_ml split amount_fen".split()
RESULTS = "co2e lower upper co2_fossil co2_bio ch4_fossil ch4_bio n2o unsplit".split()
OF_CASE = "profile gwp_set method tier gas factor_id factor_hash reasons assumptions distance_type".split()
OF_ACTIVITY = ("start end zone operator payer consignor consignee subject shipment consignment chain vehicle round "
               "labels").split()
OF_TOTAL = "profile boundary basis gwp_set tier gas factor_id factor_hash reasons sigma_ln_ppm share_key".split()
SHARED = [name.replace("unsplit", "co2e_unsplit") + "_ug" for name in RESULTS] + ["gas_ug", "energy_j"]
WHOLE = set(SHARED) | set(AMOUNTS) | set("start end transport_kgm daf_ppm sigma_ln_ppm bio_ppm quality".split())

class Bad(Exception): pass
def need(holds, code, where):
    if not holds: raise Bad(code, where)
def sha(data): return hashlib.sha256(data).digest()
def canonical(value): return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
def strict(data, code, where):
    value = json.loads(bytes(data).decode(), parse_float=lambda text: need(False, code, where))
    need(canonical(value) == data, code, where)  # a key that stands twice is not written twice again
    return value
# ── 1 archive ──
def archive(data):
    sign, d1, d2, n, n2, size, start, comment = struct.unpack("<4s4H2IH", data[-22:])
    need((sign, d1, d2, comment, n2, start + size + 22) == (b"PK\5\6", 0, 0, 0, n, len(data)), "TL705", "end")
    files, at, offset, before = {}, start, 0, ""
    for _ in range(n):
        crc, length, _, named = struct.unpack_from("<3IH", data, at + 16)
        name = data[at + 46 : at + 46 + named].decode("ascii")
        need(NAME.fullmatch(name) and named < 256 and name > before, "TL705", name)
        told, body = struct.pack("<5H3I2H", 20, 0, 0, 0, 33, crc, length, length, named, 0), offset + 30 + named
        record = b"PK\1\2\x14\3" + told + struct.pack("<3H2I", 0, 0, 0, 0x81A40000, offset) + name.encode()
        need(data[at : at + len(record)] == record, "TL705", name)
        need(data[offset:body] == b"PK\3\4" + told + name.encode() and body + length <= start, "TL705", name)
        files[name], before, at, offset = memoryview(data)[body : body + length], name, at + len(record), body + length
        need(binascii.crc32(files[name]) == crc, "TL705", name)
    folders = {"/".join(name.split("/")[:k]) for name in files for k in range(1, name.count("/") + 1)}
    need(offset == start and len({name.lower() for name in files}) == n < 65535 and not folders & {*files}, "TL705", "names")
    return files
# ── 4 statements and keys ──
def cbor(data, at=0, depth=0):
    first, at = data[at], at + 1
    if first in (0xF4, 0xF5, 0xF6): return (False, True, None)[first - 0xF4], at
    major, number = first >> 5, first & 31
    if number > 23:
        width = {24: 1, 25: 2, 26: 4, 27: 8}[number]
        number, at = int.from_bytes(data[at : at + width], "big"), at + width
        need(number >= (24 if width == 1 else 1 << 4 * width), "TL712", "cbor")
    if major < 2: return (-1 - number if major else number), at
    need(major < 6 and depth < 17 and at + number <= len(data), "TL712", "cbor")
    raw = bytes(data[at : at + number])
    if major < 4: return (raw if major == 2 else raw.decode()), at + number
    found, last = [], b""
    for k in range(number * (major - 3)):
        value, end = cbor(data, at, depth + 1)
        if major == 5 and k % 2 == 0:
            need(bytes(data[at:end]) > last, "TL712", "cbor")
            last = bytes(data[at:end])
        found, at = found + [value], end
    return (found if major == 4 else dict(zip(found[::2], found[1::2]))), at
def listed(*items):
    """The CBOR of a short list of texts and byte strings below 65,536 bytes."""
    out = bytes([0x80 | len(items)])
    for each in items:
        raw, kind = (each.encode(), 0x60) if isinstance(each, str) else (each, 0x40)
        size = len(raw)
        out += bytes([kind | size] if size < 24 else [kind | 24, size] if size < 256 else [kind | 25, *divmod(size, 256)]) + raw
    return out
def signs(public, message, signature):
    try: Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError): return False
    return True
def statement(data, where):
    (protected, beside, payload, signature), end = cbor(data, 1)
    header, told = cbor(protected)[0], cbor(payload)[0]
    kind = re.fullmatch(r"application/vnd\.tanlu\.([a-z-]+)\+cbor", header[3])[1]
    need((data[0], end, beside) == (0xD2, len(data), {}) and end <= 16384 and {*header} == {1, 3, 4, 15}, "TL712", where)
    need(header[1] in (-8, -19) and told["type"] == f"tanlu/{kind}/v1", "TL712", where)
    return kind, header[4], told, listed("Signature1", protected, b"", payload), signature
def admit(keys, index, where, kind, kid, told, message, signature):
    """Judge a statement by the keys of its place, then learn what it says: kid -> [public, role, since, until]."""
    if index == 0: need((kind, told.get("step"), told.get("role"), sha(told["public"])[:8]) == ("key", "enrol", "preparer", kid), "TL714", where)
    signer = keys.get(kid) if index else [told["public"], "preparer", 0, math.inf]
    need(signer and signer[2] <= index < signer[3], "TL714", where)
    need(signs(signer[0], message, signature), "TL713", where)
    need(kind in ("head", "batch", "pack", *KEYS), "TL707", where)
    need(kind == "key" or signer[1] in ("preparer", "device" if kind == "device-revoke" else ""), "TL714", where)
    step = {"device-enrol": "enrol", "device-revoke": "revoke"}.get(kind, told.get("step")) if kind in KEYS else None
    if step in ("enrol", "rotate"):
        new, role = told["public"], "device" if kind == "device-enrol" else told["role"]
        shown = signs(new, listed("tanlu/possession/v1", new, role, told["name"]), told["possession"])
        need(shown and sha(new)[:8] not in keys and (signer[1] == "preparer" or step == "rotate"), "TL714", where)
        if step == "rotate":
            need(told["replaces"] == kid and role == signer[1] and told.get("until", index + 1) > index, "TL714", where)
            signer[3] = min(signer[3], told.get("until", index + 1))
        keys[sha(new)[:8]] = [new, role, index + 1 if keys else 0, math.inf]
    elif step:
        gone, last = keys.get(told["kid"]), told.get("trusted", index)
        need(step == "revoke" and gone and 0 <= last <= index and "preparer" in (signer[1], gone[1] != "preparer" and kid == told["kid"] and "preparer"), "TL714", where)
        gone[3] = max(gone[2], min(gone[3], last + 1))
        need(any(each[1] == "preparer" and each[2] <= index + 1 < each[3] for each in keys.values()), "TL714", where)
# ── 5 proofs and policy ──
def trusted(note, policy, max_age, now):
    text, _, tail = note.decode().rpartition("\n\n")
    text, lines = text + "\n", [line.split(" ") for line in tail[:-1].split("\n")]
    origin, size, root = text.split("\n")[:3]
    logged, seen, groups, quorum = False, {"none": math.inf}, {}, ""
    for words in (line.split() for line in policy.split("\n")):
        if not words or words[0].startswith("#"): continue
        if words[0] == "group": groups[words[1]] = ({"any": 1, "all": len(words) - 3}.get(words[2]) or int(words[2]), words[3:])
        if words[0] == "quorum": quorum = words[1]
        if words[0] not in ("log", "witness"): continue
        name, shown, body = words[1 if words[0] == "log" else 2].split("+", 2)
        raw = base64.b64decode(body)
        need(sha(name.encode() + b"\n" + raw)[:4].hex() == shown, "TL124", name)
        for _, who, line in lines:
            line = base64.b64decode(line)
            if who != name or line[:4].hex() != shown or (words[0] == "log" and name != origin): continue
            at, said, line = now, text.encode(), line[4:]
            if raw[0] == 4: at, line = int.from_bytes(line[:8], "big"), line[8:]
            if raw[0] == 4: said = f"cosignature/v1\ntime {at}\n".encode() + said
            need(raw[0] in (1, 4) and signs(raw[1:], said, line), "TL716", name)
            logged = logged or words[0] == "log"
            if words[0] == "witness" and at <= now + 300: seen[words[1]] = max(at, seen.get(words[1], 0))
    need(logged, "TL735", origin)
    def reached(name, oldest):
        if name in groups: return sum(reached(each, oldest) for each in groups[name][1]) >= groups[name][0]
        return seen.get(name, -1) >= oldest
    need(quorum and reached(quorum, 0), "TL716", quorum)
    need(max_age is None or reached(quorum, now - max_age), "TL717", quorum)
    return int(size), base64.b64decode(root)
def proof(data):
    head, _, checkpoint = bytes(data).partition(b"\n\n")
    first, *lines = head.decode("ascii").split("\n")
    lines = lines[1:] if lines[0].startswith("extra ") else lines
    need(first == "c2sp.org/tlog-proof@v1" and re.fullmatch("index (0|[1-9][0-9]{0,18})", lines[0]), "TL712", first)
    return int(lines[0][6:]), [base64.b64decode(line, validate=True) for line in lines[1:]], checkpoint
def implied(index, last, node, path):
    for side in path:
        if last == 0: return None
        left = index & 1 or index == last
        node = sha(b"\1" + (side + node if left else node + side))
        while left and not index & 1 and index: index, last = index >> 1, last >> 1
        index, last = index >> 1, last >> 1
    return None if last else node
# ── 6 ledger and leaves ──
def ledger_lines(data, link):
    for number, raw in enumerate(bytes(data).removesuffix(b"\n").split(b"\n"), 1):
        line = strict(raw, "TL718", f"line {number}")
        own = sha(canonical({name: value for name, value in line.items() if name != "line"})).hex()
        need((line["line"], line["prev"], line["version"]) == (own, link, number), "TL718", f"line {number}")
        link = own
        yield line
def root_of(nodes):
    while len(nodes) > 1:
        nodes = [sha(b"\1" + a + b) for a, b in zip(nodes[::2], nodes[1::2])] + nodes[len(nodes) // 2 * 2 :]
    return nodes[0].hex()
def rows_of(data, part, columns):
    entries, at, where = [], 0, part["file"]
    while at < len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        entries, at = entries + [bytes(data[at + 4 : end])], end
    need(at == len(data) and root_of([sha(b"\0" + each) for each in entries]) == part["root"], "TL720", where)
    *told, _ = entries[0].decode().split("\n")
    need(told[:4] == ["tanlu/block/v1", part["table"], part["schema"], str(part["rows"])], "TL720", where)
    forms = dict(line.split("\t", 1) for line in told[4:])
    need(sorted(forms) == sorted(sum(columns, [])) and len(entries) == 1 + -(-part["rows"] // 64), "TL720", where)
    for block, entry in enumerate(entries[1:]):
        n, at, found = min(64, part["rows"] - 64 * block), 0, {}
        for name, form in forms.items():
            there, code = b"\1" * n, form.rstrip("?")
            if form[0] in "N=":
                values = [None if form == "N" else int(form[1:]) if name in WHOLE else form[1:]] * n
            elif form[0] == "d":
                texts = (form.split("\t")[1:] + [None] * 256)[:255] + [None]
                values, at = [texts[each] for each in entry[at : at + n]], at + n
            else:
                if form[-1] == "?": there, at = entry[at : at + n], at + n
                kind, width = {"i1": "b1", "i2": "h2", "i4": "i4", "i8": "q8", "f8": "d8", "s": "I4"}[code]
                values, at = struct.unpack_from(f"<{n}{kind}", entry, at), at + n * int(width)
                if code == "s":
                    ends = [at + sum(values[: k + 1]) for k in range(n)]
                    values, at = [entry[a:b].decode() for a, b in zip([at, *ends], ends)], ends[-1]
            found[name] = [value if here else None for value, here in zip(values, there)]
        need(at == len(entry), "TL720", where)
        for k in range(n): yield {name: values[k] for name, values in found.items()}
# ── 7 formulas ──
def finite(x): return None if isinstance(x, float) and not math.isfinite(x) else x
def fold(v, step):
    for each in v[1:]: v = [step(v[0], each)]
    return v[0]
def exp(x):
    y, p = x * (1.0 / 64), 1.0
    for k in range(7, 0, -1): p = 1.0 + (y / float(k)) * p
    for _ in range(6): p = p * p
    return p
LOGIC = {"coalesce": lambda v: next((x for x in v if x is not None), None), "is_null": lambda v: v[0] is None,
         "and": lambda v: False if False in v else None if None in v else True,
         "or": lambda v: True if True in v else None if None in v else False}
COMPARED = {"eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "lt": lambda a, b: a < b, "le": lambda a, b: a <= b,
            "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b}
NUMBERS = {"add": lambda *v: fold(v, lambda a, b: a + b), "mul": lambda *v: fold(v, lambda a, b: a * b), "neg": lambda a: -a,
           "sub": lambda a, b: a - b, "div": lambda a, b: a / b if b else None, "exp": exp,
           "sqrt": lambda a: math.sqrt(a) if a >= 0 else None, "min": lambda a, b: a if a <= b else b,
           "max": lambda a, b: a if a >= b else b,
           "round": lambda a: (-1 if a < 0 else 1) * math.floor(abs(a) + 0.5) if abs(a) <= 9.2e18 else None}
def value(e, scope):
    if isinstance(e, str): return scope[e]
    if isinstance(e, dict): return float(e["n"]) if "n" in e else e["s"]
    if e[0] == "if": return value(e[2] if value(e[1], scope) else e[3], scope)
    op, v = e[0], [value(each, scope) for each in e[1:]]
    if op in LOGIC: return LOGIC[op](v)
    if op in COMPARED or op in ("min", "max"): v = [finite(each) for each in v]
    if None in v: return v[1] if op in ("min", "max") else None
    if op == "not": return not v[0]
    if op in COMPARED: return COMPARED[op](*(map(float, v) if float in map(type, v) else v))
    return NUMBERS[op](*map(float, v))
def calculate(spec, inputs):
    scope = {name: inputs.get(name) for name in spec["inputs"]}
    for step in spec["steps"]:
        made = finite(value(step["expression"], scope))
        scope[step["name"]] = float(made) if step.get("type", "float64") == "float64" and made is not None else made
    return scope
def table(files, name):
    lines = bytes(files.get(f"calc/{name}.csv", b"")).decode().split("\n")
    return [{key: cell or None for key, cell in row.items()} for row in csv.DictReader(lines, strict=True)]
def typed(text, kind): return text if text is None or kind == "string" else int(text) if kind == "int64" else float(text)
def lines_of(files, specs, activities):
    """Give the identity and columns of every emission that calc gives."""
    cases, takers = table(files, "cases"), {}
    for row in table(files, "shares"): takers.setdefault(int(row["leg"]), []).append((row["activity_id"], int(row["weight"])))
    for n, leg in enumerate(table(files, "legs")):
        where, case, came = f"legs.csv:{n + 1}", cases[int(leg["case"])], leg["from"]
        spec, own = specs[case["spec"]], activities.get(leg["activity_id"])
        need(own and came in ("activity", "chain", "energy", "total"), "TL724", where)
        inputs = {name: typed((leg if name in AMOUNTS else case).get(name), kind) for name, kind in spec["inputs"].items()}
        for name in AMOUNTS:
            free = {"energy": "energy_j split", "chain": "distance_m load_ppm empty_ppm split"}.get(came, "split").split()
            need(name in free or inputs[name] == (None if came == "energy" else own[name]), "TL725", where)
        need(inputs["split"] is None or own["bio_ppm"] is not None, "TL725", where)
        need(came != "chain" or own["distance_m"] is None, "TL725", where)
        need(came not in ("activity", "total") or (inputs["kind"], inputs["quality"]) == (own["kind"], own["quality"]), "TL725", where)
        out = calculate(spec, inputs)
        slots = [slot for slot in ("ttw", "wtt") if case.get(f"{slot}_boundary")]
        if any(inputs.get(f"{slot}_co2e_g") is not None and out[f"{slot}_upper_ug"] is None for slot in ("ttw", "wtt")): continue
        for slot in (each for each in slots if None not in (out[f"{each}_co2e_ug"], out[f"{each}_upper_ug"])):
            row = {column: out[f"{slot}_{name}_ug"] for column, name in zip(SHARED, RESULTS)} | {name: case.get(name) for name in OF_CASE}
            moved = (own if came == "energy" else inputs)
            row |= {name: moved.get(name) for name in ("mass_mg", "distance_m", "count", "teu_milli")}
            row |= {"boundary": case[f"{slot}_boundary"], "basis": case[f"{slot}_basis"], "energy_j": out["energy_used_j"]}
            row |= {name: out[name] for name in ("transport_kgm", "daf_ppm", "sigma_ln_ppm")} | {"share_key": leg.get("share_key")}
            if came == "energy": row |= {"daf_ppm": 10**6, "transport_kgm": calculate(spec, {k: own[k] for k in AMOUNTS[:2] + ["teu_milli"]})["transport_kgm"]}
            row |= {"gas_ug": row["mass_mg"] * 1000 if row["gas"] else None, "share_of": None, "pinned": (spec, case)}
            if came == "total":
                total = {name: row[name] for name in OF_TOTAL} | {"method": "allocation", "share_of": leg["activity_id"], "pinned": (spec, case)}
                need(takers.get(n) and sum(weight for _, weight in takers[n]) > 0, "TL726", where)
                for who, shares in shared(row, takers[n]): yield who, row["profile"], {**total, **shares}, activities.get(who)
            else: yield leg["activity_id"], row["profile"], row, own
def shared(row, takers):
    whole, made = sum(weight for _, weight in takers), {who: {} for who, _ in takers}
    for name in SHARED:
        amount, parts = row[name], sorted((-(abs(row[name] or 0) * w % whole), who.encode(), who, abs(row[name] or 0) * w // whole) for who, w in takers)
        left = abs(amount or 0) - sum(part for *_, part in parts)
        for k, (_, _, who, part) in enumerate(parts):
            made[who][name] = None if amount is None else (part + (k < left)) * (-1 if amount < 0 else 1)
    return made.items()
# ── all steps ──
def verify(data, policy, max_age, now):
    files = archive(data)
    about = strict(files["manifest.json"], "TL708", "manifest.json")
    need((about["v"], about["type"]) == (1, "tanlu/pack/v1"), "TL707", "manifest.json")
    told = {each["path"]: (each["bytes"], each["sha256"]) for each in about["files"]}
    proofs = {path: path[:-4] + "tlog-proof" for path in ("statement.cose", *told) if path.endswith(".cose")}
    need(not (strays := {*files} ^ {"manifest.json", *told, *proofs, *proofs.values()}), "TL710", min(strays, default=""))
    for path, size_and_hash in told.items(): need((len(files[path]), sha(files[path]).hex()) == size_and_hash, "TL711", path)
    found = sorted((*proof(files[proofs[path]]), path, statement(files[path], path)) for path in proofs)
    need(len({each[0] for each in found}) == len(found) and len({each[2] for each in found}) == 1, "TL715", "proofs")
    need(found[-1][3] == "statement.cose", "TL715", "statement.cose")
    keys, said = {}, {path: each[2] for *_, path, each in found}
    for index, _, _, path, each in found: admit(keys, index, path, *each)
    size, root = trusted(found[0][2], policy, max_age, now)
    for index, way, _, path, _ in found:
        need(index < size and implied(index, size - 1, sha(b"\0" + files[path]), way) == root, "TL715", path)
    ledger, space = about["ledger"], strict(files["ledger/workspace.json"][:-1], "TL718", "workspace.json")
    link = sha(b"tanlu/manifest/v1\n" + canonical({k: v for k, v in space.items() if k not in ("format", "line")})).hex()
    lines = [*ledger_lines(files["ledger/manifest.jsonl"], link)]
    head = {"type": "tanlu/head/v1", "version": len(lines), "line": bytes.fromhex(lines[-1]["line"])}
    need(said["head.cose"] == head and (ledger["version"], ledger["head"]) == (len(lines), lines[-1]["line"]), "TL718", "head")
    need(said["statement.cose"]["manifest"] == sha(files["manifest.json"]), "TL737", "statement.cose")
    parts = {part["file"]: part | {"line": line} for line in lines for part in line.get("parts", ())}
    start, end, here, rows = *(about["period"][k] for k in ("start_us", "end_us")), {each["file"] for each in about["parts"]}, {}
    timed = {file for file, part in parts.items() if part["table"] in ("activity", "emission") and part["rows"] and (
        not (span := part["ranges"].get("start")) or span[0] < end and span[1] >= start or part["superseding"])}
    for file, part in parts.items():
        by = {*part["line"].get("inputs", ()), *(each["file"] for each in part["line"]["parts"])}
        wanted = file in timed or part["rows"] and (part["table"] == "retraction" or part["table"] == "finding" and by & timed)
        need(file in here or not wanted, "TL719", file)
    for file in sorted(here):
        part, name = parts[file], file[6:-8].replace("/", "-")
        batch = said[f"batches/{name}.cose"]
        need([batch[k].hex() for k in ("part", "blocks", "schema")] == [part[k] for k in ("sha256", "root", "schema")] and
             (batch["table"], batch["n"], told["ledger/" + file][1]) == (part["table"], part["rows"], part["sha256"]), "TL737", file)
        more = {"version": part["line"]["version"], "pins": (part["line"].get("source") or {}).get("pins")}
        rows.setdefault(part["table"], []).extend(row | more for row in rows_of(files[f"leaves/{name}.entries"], part, batch["columns"]))
    return numbers(files, about, rows, start, end)
def numbers(files, about, rows, start, end):
    gone = {}
    for row in rows.get("retraction", ()): gone[row["of"], row["key"], row["id"]] = max(row["version"], gone.get((row["of"], row["key"], row["id"]), 0))
    over = {row["supersedes"] for row in rows.get("activity", ()) if row["supersedes"]}
    def stands(table, row, key):
        late = max(gone.get((table, each, row.get(each)), 0) for each in (key, "activity_id"))
        return late <= row["version"] and not over & {row.get("activity_id"), row.get("share_of")}
    held = {table: {row[key]: row for row in rows.get(table, ()) if stands(table, row, key)}
            for table, key in (("activity", "activity_id"), ("emission", "emission_id"), ("finding", "finding_id"))}
    need(len(held["emission"]) == sum(stands("emission", row, "emission_id") for row in rows.get("emission", ())), "TL728", "emission")
    specs = {each["spec"]: strict(files[f"calc/{each['spec']}.json"], "TL721", each["spec"]) for each in about["calc"]}
    hashes = {each["spec"]: each["sha256"] for each in about["calc"]}
    need(all(sha(files[f"calc/{name}.json"]).hex() == told for name, told in hashes.items()), "TL710", "calc")
    period, explained, totals = {name for name, row in held["emission"].items() if start <= row["start"] < end}, set(), {}
    for who, profile, made, own in lines_of(files, specs, held["activity"]):
        name = "|".join((who, profile, made["boundary"], made["basis"], made["share_key"] or ""))
        spec, case = made.pop("pinned")
        row = held["emission"].get(name)
        need(row and name not in explained, "TL724", name)
        made |= {column: own[column] for column in OF_ACTIVITY} if own else {}
        need(not (odd := [column for column in made if row[column] != made[column]]), "TL726" if row["share_of"] else "TL722", f"{name} {odd}")
        pins = row["pins"] or {"spec": hashes[case["spec"]], "profile": profile, "gwp_set": case["gwp_set"]}
        need([pins[k] for k in ("spec", "profile", "gwp_set")] == [hashes[case["spec"]], profile, case["gwp_set"]], "TL725", name)
        explained.add(name)
    left = {name for name in period - explained if held["emission"][name]["method"] != "market"}
    need(not left, "TL723", min(left, default=""))
    for name in period:
        row = held["emission"][name]
        key = tuple(row[each] for each in ("profile", "gwp_set", "boundary", "basis"))
        totals[key] = [totals.get(key, [0, 0])[0] + 1, totals.get(key, [0, 0])[1] + row["co2e_ug"]]
    listed = {(t["profile"], t["gwp_set"], t["boundary"], t["basis"]): [t["rows"], int(t["co2e_ug"])] for t in about["totals"]}
    need(listed == totals, "TL727", "totals")
    noted = [("TL734", name) for name in sorted(period - explained)][:1]
    return noted + [("TL729", name) for name, row in held["finding"].items() if row["severity"] == "error"]
def main():
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("pack"), asked.add_argument("--policy", required=True)
    asked.add_argument("--max-age", type=int), asked.add_argument("--now", type=int, default=int(time.time()))
    args = asked.parse_args()
    try:
        with open(args.pack, "rb") as pack, open(args.policy, encoding="utf-8") as policy:
            found, exit_ = verify(pack.read(), policy.read(), args.max_age, args.now), 0
        exit_ = 3 if found else 0
    except Bad as error: found, exit_ = [error.args], 2 if error.args[0] in UNDECIDED else 1
    except Exception as error: found, exit_ = [("TL709", f"{type(error).__name__}: {error}"[:200])], 1
    words = ("verified", "failed", "cannot decide", "verified with findings")
    print(json.dumps({"verdict": words[exit_], "exit": exit_, "findings": [{"code": c, "where": w} for c, w in found]}))
    return exit_
if __name__ == "__main__": sys.exit(main())
