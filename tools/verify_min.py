"""Verify a Tanlu evidence pack with Python's standard library and `cryptography` alone.
    python verify_min.py PACK POLICY [MAX_AGE_S [NOW_S]]
Written from evidence-pack.md and format.md alone, so that a fault of the other checker is not repeated here. It stops at the first
thing that does not hold, prints its code and place, and exits as `tanlu verify` does. Not done: credentials, disclosures, factor packs."""
import base64, binascii, csv, functools, hashlib, itertools, json, math, re, operator, struct, sys, time
from cryptography.hazmat.primitives.asymmetric import ed25519
VERDICTS, UNDECIDED = ("verified", "failed", "cannot decide", "verified with findings"), ("TL707", "TL735", "TL736")
KEYS, TYPES = ("key", "device-enrol", "device-revoke"), {"string": str, "int64": int, "float64": float}
NAME = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]*/)*[A-Za-z0-9_][A-Za-z0-9._-]*")
AMOUNTS = "mass_mg distance_m load_ppm empty_ppm count teu_milli energy_j volume_ml split amount_fen".split()
RESULTS = "co2e lower upper co2_fossil co2_bio ch4_fossil ch4_bio n2o unsplit".split()
OF_CASE = "profile gwp_set method tier gas factor_id factor_hash reasons assumptions distance_type".split()
OF_ACTIVITY = "start end zone operator payer consignor consignee subject shipment consignment chain vehicle round labels".split()
OF_TOTAL = [*OF_CASE[:2], *OF_CASE[3:8], "boundary", "basis", "sigma_ln_ppm", "share_key"]
SHARED = [name.replace("unsplit", "co2e_unsplit") + "_ug" for name in RESULTS] + ["gas_ug", "energy_j"]; MOVED, KEY = ("mass_mg", "distance_m", "count", "teu_milli"), ("profile", "gwp_set", "boundary", "basis")
WHOLE = set(SHARED) | set(AMOUNTS) | set("start end transport_kgm daf_ppm sigma_ln_ppm bio_ppm quality".split())
class Bad(Exception): pass
def need(holds, code, where):
    if not holds: raise Bad(code, where)
def sha(data): return hashlib.sha256(data).digest()
def canonical(value): return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
def strict(data, code, where):
    value = json.loads(bytes(data).decode(), parse_float=lambda text: need(False, code, where))  # a key twice is not written twice
    return value if canonical(value) == data else need(False, code, where)
def archive(data):
    sign, d1, d2, n, n2, size, start, comment = struct.unpack("<4s4H2IH", data[-22:])
    need((sign, d1, d2, comment, n2, start + size + 22) == (b"PK\5\6", 0, 0, 0, n, len(data)), "TL705", "end")
    files, at, offset, before = {}, start, 0, ""
    for _ in range(n):
        crc, length, _, named = struct.unpack_from("<3IH", data, at + 16)
        name = data[at + 46 : at + 46 + named].decode("ascii")
        told, body = struct.pack("<5H3I2H", 20, 0, 0, 0, 33, crc, length, length, named, 0), offset + 30 + named
        record = b"PK\1\2\x14\3" + told + struct.pack("<3H2I", 0, 0, 0, 0x81A40000, offset) + name.encode()
        same = NAME.fullmatch(name) and before < name and named < 256 and data[at : at + len(record)] == record
        same = same and data[offset:body] == b"PK\3\4" + told + name.encode() and body + length <= start
        files[name], before, at, offset = memoryview(data)[body : body + length], name, at + len(record), body + length
        need(same and binascii.crc32(files[name]) == crc, "TL705", name)
    folders = {"/".join(name.split("/")[:k]) for name in files for k in range(1, name.count("/") + 1)}
    need(offset == start and len({name.lower() for name in files}) == n < 65535 and not folders & {*files}, "TL705", "names")
    return files
def cbor(data, at=0, depth=0):
    first, at = data[at], at + 1
    if 0xF4 <= first <= 0xF6: return (False, True, None)[first - 0xF4], at
    major, n, found, keys = first >> 5, first & 31, [], []
    if 23 < n < 28:
        least, end = 24 if n == 24 else 1 << (4 << n - 24), at + (1 << n - 24)
        n, at = int.from_bytes(data[at:end], "big"), end
        need(n >= least, "TL712", "cbor")
    need(first & 31 < 28 and major < 6 and depth < 17 and (major < 2 or at + n <= len(data)), "TL712", "cbor")
    if major < 2: return (-1 - n if major else n), at
    if major < 4: return (bytes(data[at : at + n]) if major == 2 else bytes(data[at : at + n]).decode()), at + n
    for _ in range(n * (major - 3)):
        keys.append(at); each, at = cbor(data, at, depth + 1); found.append(each)
    named = [bytes(data[a:b]) for a, b in zip(keys[::2], keys[1::2])]
    need(major == 4 or all(a < b for a, b in zip(named, named[1:])), "TL712", "cbor")
    return (found if major == 4 else dict(zip(found[::2], found[1::2]))), at
def listed(*items):
    raws = [(0x60, each.encode()) if isinstance(each, str) else (0x40, each) for each in items]
    sizes = ([k | len(r)] if len(r) < 24 else [k | 24, len(r)] if len(r) < 256 else [k | 25, *divmod(len(r), 256)] for k, r in raws)
    return bytes([0x80 | len(raws)]) + b"".join(bytes(size) + raw for size, (_, raw) in zip(sizes, raws))
def signs(public, message, signature):
    try: return ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message) is None
    except Exception: return False
def statement(data, where):
    (protected, beside, payload, signature), end = cbor(data, 1)
    header, told = cbor(protected)[0], cbor(payload)[0]
    kind = header[3].removeprefix("application/vnd.tanlu.").removesuffix("+cbor")
    told_by = (data[0], end, beside, told["type"][:-1], {*header}, header[1] in (-8, -19), end <= 16384)
    need(told_by == (0xD2, len(data), {}, f"tanlu/{kind}/v", {1, 3, 4, 15}, True, True), "TL712", where)
    need(told["type"][-1] in ("12" if kind == "batch" else "1"), "TL707", where)
    return kind, header[4], told, listed("Signature1", protected, b"", payload), signature
def admit(keys, index, where, kind, kid, told, message, signature):  # keys: kid -> [public, role, since, until, told by, in]
    first = index == 0 and (kind, told.get("step"), told.get("role"), sha(told["public"])[:8]) == ("key", "enrol", "preparer", kid)
    signer = [told["public"], "preparer", 0, math.inf] if first else keys.get(kid)
    need(kind in ("head", "batch", "pack", *KEYS), "TL707", where)
    need(signer and signer[2] <= index < signer[3] and (kind == "key" or signer[1] in ("preparer", kind[:6])), "TL714", where)
    need(signs(signer[0], message, signature), "TL713", where)
    step = {"device-enrol": "enrol", "device-revoke": "revoke"}.get(kind, told.get("step")) if kind in KEYS else None
    if step in ("enrol", "rotate"):
        new, role, until = told["public"], "device" if kind == "device-enrol" else told["role"], told.get("until", index + 1)
        shown = signs(new, listed("tanlu/possession/v1", new, role, told["name"]), told["possession"]) and sha(new)[:8] not in keys
        follows = step == "rotate" and (told["replaces"], role) == (kid, signer[1]) and until > index  # a replaced key changes none
        need(shown and (signer[3], told.get("kid", sha(new)[:8])) == (math.inf, sha(new)[:8]) and (follows or (step, signer[1]) == ("enrol", "preparer")), "TL714", where)
        keys[sha(new)[:8]], signer[3] = [new, role, index + 1 if keys else 0, math.inf, kid, index], until if follows else math.inf
    elif step:
        gone, last, spared, fallen = keys.get(told["kid"]), told.get("trusted", index), {kid}, {}
        need(step == "revoke" and gone and 0 <= last <= index and (told["kid"] == kid or (signer[1], signer[3]) == ("preparer", math.inf) and (gone[1] in ("preparer", "device") or last >= min(index, gone[3]))), "TL714", where)
        while keys[kid][4] not in spared: spared.add(kid := keys[kid][4])  # whoever told of the signer stays
        for each, key in keys.items(): fallen |= {each: key} if each not in {told["kid"], *spared} and (key[4] in fallen or key[4] == told["kid"] and key[5] > last) else {}
        for key, end in ((gone, min(gone[3], last + 1)), *((key, 0) for key in fallen.values())): key[3] = max(key[2], end)
        need(any(key[1] == "preparer" and key[3] == math.inf for key in keys.values()), "TL714", where)
def trusted(note, policy, max_age, now):
    text, _, tail = note.decode().rpartition("\n\n")
    lines = [(who, base64.b64decode(line)) for _, who, line in (each.split(" ") for each in tail[:-1].split("\n"))]
    (origin, size, root, *_), seen, groups, logged, quorum, once = text.split("\n"), {"none": math.inf}, {}, False, "", set()
    for words in (line.split() for line in policy.split("\n")):
        if words[:1] == ["group"]: groups[words[1]] = ({"any": 1, "all": len(words) - 3}.get(words[2]) or int(words[2]), words[3:])
        if words[:1] == ["quorum"]: quorum = words[1]
        if words[:1] not in (["log"], ["witness"]): continue
        raw = base64.b64decode((parted := words[1 if words[0] == "log" else 2].split("+", 2))[2]); name = parted[0]
        for who, line in lines if raw[0] in (1, 4) and not (raw in once or once.add(raw)) else ():
            if (who, line[:4], True) != (name, sha(name.encode() + b"\n" + raw)[:4], name == origin or words[0] != "log"): continue
            at = int.from_bytes(line[4:12], "big") if raw[0] == 4 else 0
            said = (f"cosignature/v1\ntime {at}\n" if raw[0] == 4 else "") + text + "\n"
            need(signs(raw[1:], said.encode(), line[12 if raw[0] == 4 else 4 :]), "TL716", name)
            logged = logged or words[0] == "log"
            if words[0] == "witness" and at <= now + 300: seen[words[1]] = max(at, seen.get(words[1], 0))
    def reached(name, oldest): return sum(reached(each, oldest) for each in groups[name][1]) >= groups[name][0] if name in groups else seen.get(name, -1) >= oldest
    code = "TL735" if not logged else "TL717" if reached(quorum, 0) else "TL716"
    need(logged and quorum and reached(quorum, 0 if max_age is None else now - max_age), code, quorum)
    return int(size) - 1, base64.b64decode(root)
def proof(data):
    head, _, checkpoint = bytes(data).partition(b"\n\n")
    first, *lines = [line for line in head.decode("ascii").split("\n") if not line.startswith("extra ")]
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
def root_of(nodes):
    while len(nodes) > 1: nodes = [sha(b"\1" + a + b) for a, b in zip(nodes[::2], nodes[1::2])] + nodes[len(nodes) // 2 * 2 :]
    return nodes[0].hex()
def rows_of(data, part, columns):
    entries, at, where = [], 0, part["file"]
    while at < len(data):
        entries.append(bytes(data[at + 4 : (end := at + 4 + int.from_bytes(data[at : at + 4], "big"))])); at = end
    need(at == len(data) and root_of([sha(b"\0" + each) for each in entries]) == part["root"], "TL720", where)
    *told, last = entries[0].decode().split("\n"); salt = told.pop(4) if told[0] == "tanlu/block/v2" else "v1"
    forms, about = dict(line.split("\t", 1) for line in told[4:]), [f"tanlu/block/v{2 - (salt == 'v1')}", part["table"], part["schema"], str(part["rows"])]
    need(told[:4] == about and re.fullmatch("v1|[0-9a-f]{64}", salt) and not last and sorted(forms) == sorted(sum(columns, [])) and len(entries) == 1 + -(-part["rows"] // 64), "TL720", where)
    for block, entry in enumerate(entries[1:]):
        n, at, found = min(64, part["rows"] - 64 * block), 0, {}
        for name, form in forms.items():
            there, code = b"\1" * n, form.rstrip("?")
            if form[0] in "N=": values = [None if form == "N" else int(form[1:]) if name in WHOLE else form[1:]] * n
            elif form[0] == "d": values, at = [None if each == 255 else form.split("\t")[1:][each] for each in entry[at : at + n]], at + n
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
def finite(x): return None if isinstance(x, float) and not math.isfinite(x) else x
def exp(x): return functools.reduce(lambda p, _: p * p, range(6), functools.reduce(lambda p, k: 1.0 + (x * (1.0 / 64) / float(k)) * p, range(7, 0, -1), 1.0))
LOGIC = {"not": lambda v: None if v[0] is None else not v[0], "is_null": lambda v: v[0] is None,
         "and": lambda v: False if False in v else None if None in v else True, "or": lambda v: True if True in v else None if None in v else False,
         "coalesce": lambda v: next((x for x in v if x is not None), None)}
COMPARED = {name: getattr(operator, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")}
NUMBERS = {"add": lambda *v: functools.reduce(operator.add, v), "mul": lambda *v: functools.reduce(operator.mul, v), "sub": operator.sub, "neg": operator.neg,
           "div": lambda a, b: a / b if b else None, "sqrt": lambda a: math.sqrt(a) if a >= 0 else None, "exp": exp,
           "min": lambda a, b: a if a <= b else b, "max": lambda a, b: a if a >= b else b,
           "round": lambda a: (-1 if a < 0 else 1) * math.floor(abs(a) + 0.5) if abs(a) <= 9.2e18 else None}
def value(e, scope):
    if isinstance(e, (str, dict)): return scope[e] if isinstance(e, str) else float(e["n"]) if "n" in e else e["s"]
    if e[0] == "if": return value(e[2] if value(e[1], scope) else e[3], scope)
    op, v = e[0], [value(each, scope) for each in e[1:]]
    if op in LOGIC: return LOGIC[op](v)
    if op in COMPARED or op in ("min", "max"): v = [finite(each) for each in v]
    if None in v: return v[1] if op in ("min", "max") else None
    if op in COMPARED: return COMPARED[op](*(map(float, v) if float in map(type, v) else v))
    return NUMBERS[op](*map(float, v))
def calculate(spec, inputs):
    scope = {name: inputs.get(name) for name in spec["inputs"]}
    for step in spec["steps"]:
        real = (made := finite(value(step["expression"], scope))) is not None and step.get("type", "float64") == "float64"
        scope[step["name"]] = float(made) if real else made
    return scope
def table(files, name):
    return [{key: cell or None for key, cell in row.items()} for row in csv.DictReader(bytes(files.get(f"calc/{name}.csv", b"")).decode().split("\n"), strict=True)]
def lines_of(files, specs, activities):
    cases, takers = table(files, "cases"), {}
    for row in table(files, "shares"): takers.setdefault(int(row["leg"]), []).append((row["activity_id"], int(row["weight"])))
    for n, leg in enumerate(table(files, "legs")):
        where, case, came = f"legs.csv:{n + 1}", cases[int(leg["case"])], leg["from"]
        spec, own = specs[case["spec"]], activities.get(leg["activity_id"])
        need(own and case["case"] == leg["case"] and came in ("activity", "chain", "energy", "total"), "TL724", where)
        cells = {name: (leg if name in AMOUNTS else case).get(name) for name in spec["inputs"]}
        inputs = {name: cell and TYPES[spec["inputs"][name]](cell) for name, cell in cells.items()}
        free = {"energy": "energy_j split", "chain": "distance_m load_ppm empty_ppm split"}.get(came, "split").split()[case["method"] == "measured" and came == "energy" :]
        same = came in ("chain", "energy") or (inputs["kind"], inputs["quality"]) == (own["kind"], own["quality"])
        same &= all(name in free or inputs[name] == (None if came == "energy" and name != "energy_j" else own[name]) for name in AMOUNTS)
        need(same and (inputs["split"] is None or own["bio_ppm"]) and not (came == "chain" and own["distance_m"]), "TL725", where)
        out = calculate(spec, inputs)
        half = any(inputs.get(f"{slot}_co2e_g") is not None and out[f"{slot}_upper_ug"] is None for slot in ("ttw", "wtt"))
        for slot in ("ttw", "wtt"):
            if half or not case.get(f"{slot}_boundary") or None in (out[f"{slot}_co2e_ug"], out[f"{slot}_upper_ug"]): continue
            row = {column: out[f"{slot}_{name}_ug"] for column, name in zip(SHARED, RESULTS)} | {name: case.get(name) for name in OF_CASE}
            row |= {name: (own if came == "energy" else inputs)[name] for name in MOVED} | {"boundary": case[f"{slot}_boundary"], "basis": case[f"{slot}_basis"], "energy_j": out["energy_used_j"],
                    "transport_kgm": out["transport_kgm"], "daf_ppm": out["daf_ppm"], "sigma_ln_ppm": out["sigma_ln_ppm"]}
            if came == "energy": row |= {"daf_ppm": 10**6, "transport_kgm": calculate(spec, {k: row[k] for k in MOVED})["transport_kgm"]}
            row |= {"gas_ug": row["mass_mg"] * 1000 if row["gas"] else None, "share_key": leg.get("share_key"), "share_of": None}
            if came != "total": yield leg["activity_id"], row, own, case
            for who, shares in shared(row, takers.get(n, ()), activities, where) if came == "total" else ():
                total = {name: row[name] for name in OF_TOTAL} | {"method": "allocation", "share_of": leg["activity_id"]}
                yield who, total | shares, activities[who], case
def shared(row, takers, activities, where):
    whole, made = sum(weight for _, weight in takers), {who: dict.fromkeys(SHARED) for who, _ in takers}
    need(whole and len(made) == len(takers) and all(who in activities and weight >= 0 for who, weight in takers), "TL726", where)
    for name, amount in ((name, row[name]) for name in SHARED if row[name] is not None):
        parts = sorted((-(abs(amount) * w % whole), who.encode(), who, abs(amount) * w // whole) for who, w in takers)
        left, sign = abs(amount) - sum(part for *_, part in parts), -1 if amount < 0 else 1
        for k, (_, _, who, part) in enumerate(parts): made[who][name] = (part + (k < left)) * sign
    return made.items()
def verify(data, policy, max_age, now):
    about = strict((files := archive(data))["manifest.json"], "TL708", "manifest.json")
    need((repr(about["v"]), about["type"]) == ("1", "tanlu/pack/v1"), "TL707", "manifest.json")
    start, end, here, rows = *(about["period"][k] for k in ("start_us", "end_us")), {each["file"]: each for each in about["parts"]}, {}
    need({*about} - {"supersedes"} == {*"v type ledger period calc factorsets files totals parts code_version".split()} and start < end, "TL709", "manifest.json")
    told = {each["path"]: (each["bytes"], each["sha256"]) for each in about["files"]}
    proofs = {path: path[:-4] + "tlog-proof" for path in ("statement.cose", *told) if path.endswith(".cose")}
    need(not (strays := {*files} ^ {"manifest.json", *told, *proofs, *proofs.values()}), "TL710", min(strays, default=""))
    for path, listed_as in told.items():
        need((len(files[path]), sha(files[path]).hex()) == listed_as, "TL711", path)
        need("/originals/" not in path or path.endswith("/" + listed_as[1]), "TL710", path)
    found = sorted((*proof(files[proofs[path]]), path, statement(files[path], path)) for path in proofs)
    once = len({each[0] for each in found}), len({each[2] for each in found}), found[-1][3]
    need(once == (len(found), 1, "statement.cose"), "TL715", "statement.cose")
    keys, said = {}, {path: each[2] for *_, path, each in found}
    for index, _, _, path, each in found: admit(keys, index, path, *each)
    last, root = trusted(found[0][2], policy, max_age, now)
    for index, way, _, path, _ in found: need(index <= last and implied(index, last, sha(b"\0" + files[path]), way) == root, "TL715", path)
    lines, space = [], strict(files["ledger/workspace.json"][:-1], "TL718", "workspace.json")
    link = sha(b"tanlu/manifest/v1\n" + canonical({k: v for k, v in space.items() if k not in ("format", "line")})).hex()
    for n, raw in enumerate(bytes(files["ledger/manifest.jsonl"]).removesuffix(b"\n").split(b"\n"), 1):
        lines.append(line := strict(raw, "TL718", f"manifest.jsonl:{n}"))
        before, link = link, sha(canonical({name: each for name, each in line.items() if name != "line"})).hex()
        need((line["line"], line["prev"], line["version"]) == (link, before, n), "TL718", f"manifest.jsonl:{n}")
    ledger = {"id": space["id"], "zone": space["zone"], "version": said["head.cose"]["version"], "head": said["head.cose"]["line"].hex()}
    need(about["ledger"] == ledger and said["statement.cose"]["manifest"] == sha(files["manifest.json"]), "TL737", "statement.cose")
    need((space["format"], len(lines), link) == (1, ledger["version"], ledger["head"]), "TL718", "ledger")
    parts = {part["file"]: part | {"line": line} for line in lines for part in line.get("parts", ())}
    need(len(parts) == sum(len(line.get("parts", ())) for line in lines), "TL718", "ledger")  # no part is told twice
    adopted = [line["packs"] for line in lines if line.get("kind") == "packs"]
    need(all(any(each in packs for packs in adopted) for each in about["factorsets"]), "TL738", "factorsets")
    libraries = {sha("\n".join(sorted(each["hash"] for each in packs)).encode()).hex(): all(each in about["factorsets"] for each in packs) for packs in adopted}
    timed = {file for file, part in parts.items() if part["table"] in ("activity", "emission") and part["rows"] and (
        not (span := part["ranges"].get("start")) or span[0] < end and span[1] >= start or part["superseding"])}
    for file, part in parts.items():
        beside = part["table"] == "finding" and timed & {*part["line"].get("inputs", ()), *(each["file"] for each in part["line"]["parts"])}
        need(file in here or not (file in timed or part["rows"] and (part["table"] == "retraction" or beside)), "TL719", file)
    for file in sorted(here):
        part, name = parts[file], file[6:-8].replace("/", "-")
        batch = said[f"batches/{name}.cose"]
        need([batch[k].hex() for k in ("part", "blocks", "schema")] == [part[k] for k in ("sha256", "root", "schema")] and
             (batch["table"], batch["n"], batch["version"]) == (part["table"], part["rows"], part["line"]["version"]), "TL737", file)
        source, places = part["line"].get("source") or {}, {path: index for index, _, _, path, _ in found}
        need(here[file] == {"file": file, "table": part["table"], "rows": part["rows"], "index": places[f"batches/{name}.cose"]}, "TL737", file)
        more = {"version": part["line"]["version"], "pins": source["pins"] if isinstance(source, dict) and source.get("by") == "quantify" else None}
        need(part["table"] != "emission" or not more["pins"] or libraries.get(more["pins"]["factors"]), "TL738", file)
        own = [row | more for row in rows_of(files[f"leaves/{name}.entries"], part, batch["columns"])]
        span = sorted(row["start"] for row in own) if part["table"] in ("activity", "emission") else []
        same = part["superseding"] == sum(row.get("supersedes") is not None for row in own)  # a lie here hides parts from the check above
        need(same and (not span or part["ranges"].get("start") == [span[0], span[-1]]) and told["ledger/" + file][1] == part["sha256"], "TL718", file)
        rows.setdefault(part["table"], []).extend(own)
    return numbers(files, about, rows, start, end)
def numbers(files, about, rows, start, end):
    gone = {(row["of"], row["key"], row["id"]): row["version"] for row in sorted(rows.get("retraction", ()), key=lambda row: row["version"])}
    over = {row["supersedes"] for row in rows.get("activity", ()) if row["supersedes"]}
    def stands(table, row, key):
        late = any(gone.get((table, each, row.get(each)), 0) > row["version"] for each in (key, "activity_id"))
        return not late and not over & {row.get("activity_id"), row.get("share_of")}
    held = {table: {row[key]: row for row in rows.get(table, ()) if stands(table, row, key)}
            for table, key in (("activity", "activity_id"), ("emission", "emission_id"), ("finding", "finding_id"))}
    for table, key in (("activity", "activity_id"), ("emission", "emission_id")): need(len(held[table]) == sum(stands(table, row, key) for row in rows.get(table, ())), "TL728", table)
    specs = {each["spec"]: strict(files[f"calc/{each['spec']}.json"], "TL721", each["spec"]) for each in about["calc"]}
    period, explained = {name for name, row in held["emission"].items() if start <= row["start"] < end}, set()
    for who, made, own, case in lines_of(files, specs, held["activity"]):
        name = "|".join((who, made["profile"], made["boundary"], made["basis"], made["share_key"] or ""))
        need((row := held["emission"].get(name)) and not (name in explained or explained.add(name)), "TL724", name)
        made |= {column: own[column] for column in OF_ACTIVITY} | {"activity_id": who}
        need(made.items() <= row.items(), "TL726" if row["share_of"] else "TL722", name)
        pins = (sha(files[f"calc/{case['spec']}.json"]).hex(), case["profile"], case["gwp_set"])
        need(not row["pins"] or pins == tuple(row["pins"][each] for each in ("spec", "profile", "gwp_set")), "TL725", name)
    market = {name for name in period - explained if (held["emission"][name]["method"], held["emission"][name]["basis"]) == ("market", "market")}
    need(not (left := period - explained - market), "TL723", min(left, default=""))
    noted = [("TL734", name) for name in sorted(period) if name in market or not held["emission"][name]["pins"]]
    spoken = {row.get(key) for row in held["emission"].values() for key in ("activity_id", "share_of")} | {(row["subject"] or "")[9:] for row in held["finding"].values()}
    keyed = sorted((tuple(row[each] for each in KEY), row["co2e_ug"]) for row in (held["emission"][name] for name in period))
    sums = ((key, [ug for _, ug in own]) for key, own in itertools.groupby(keyed, key=lambda each: each[0]))
    need(about["totals"] == [dict(zip(KEY, key)) | {"rows": len(own), "co2e_ug": str(sum(own))} for key, own in sums], "TL727", "totals")
    noted += [("TL734", name) for name, row in held["activity"].items() if start <= row["start"] < end and name not in spoken]
    return noted[:9] + [("TL729", name) for name, row in held["finding"].items() if row["severity"] == "error"]
def main(pack, policy, max_age=None, now=None):
    try:
        code = 3 if (found := verify(open(pack, "rb").read(), open(policy, encoding="utf-8").read(), max_age and int(max_age), int(now or time.time()))) else 0
    except Bad as error: found, code = [error.args], 2 if error.args[0] in UNDECIDED else 1
    except Exception as error: found, code = [("TL709", f"{type(error).__name__}: {error}"[:200])], 1
    print(json.dumps({"verdict": VERDICTS[code], "exit": code, "findings": [{"code": c, "where": w[:200]} for c, w in found]}))
    return code
if __name__ == "__main__": sys.exit(main(*sys.argv[1:5]))
