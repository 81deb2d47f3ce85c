// Clients of a log and of its statements from npm: @sigstore/verify and @auth0/cose. They share no
// line with Tanlu. Reads a case as JSON from stdin, prints a verdict on each of its claims.
// argv: the folder that has node_modules.
import crypto from "node:crypto";
import { createRequire } from "node:module";
import path from "node:path";

const modules = path.join(process.argv[2], "node_modules");
const load = createRequire(path.join(modules, "x.js"));
// the package exports only its front; the parts that read logs are taken by their path
const inside = (name) => load(path.join(modules, "@sigstore/verify/dist/tlog", name));
const { verifyCheckpoint } = inside("checkpoint.js");
const { verifyMerkleInclusion } = inside("merkle.js");
const { Sign1 } = load("@auth0/cose");

const bytes = (text) => Buffer.from(text, "base64");
const held = async (claim) => {
  try {
    await claim();
    return true;
  } catch {
    return false;
  }
};

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const told = JSON.parse(Buffer.concat(chunks).toString());
const raw = bytes(told.vkey.split("+").slice(2).join("+")).subarray(1);
const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
const publicKey = crypto.createPublicKey({ key: spki, format: "der", type: "spki" });
const [name, id] = told.vkey.split("+");
const log = { logID: Buffer.from(id, "hex"), baseURL: name, publicKey };

const entry = (one) => ({
  canonicalizedBody: bytes(one.Entry),
  inclusionProof: {
    logIndex: String(one.Index),
    hashes: one.Path.map(bytes),
    checkpoint: { envelope: told.note },
  },
});
const checkpoint = () => verifyCheckpoint({ inclusionProof: { checkpoint: { envelope: told.note } } }, [log]);
const statement = async (one) => {
  const key = crypto.createPublicKey({
    key: Buffer.concat([spki.subarray(0, 12), bytes(one.Public)]), format: "der", type: "spki",
  });
  await Sign1.decode(bytes(one.Statement)).verify(key);
};

const said = { note: await held(checkpoint), inclusions: [], statements: [] };
for (const one of told.inclusions ?? []) {
  said.inclusions.push(await held(() => verifyMerkleInclusion(entry(one), checkpoint())));
}
for (const one of told.statements ?? []) said.statements.push(await held(() => statement(one)));
console.log(JSON.stringify(said));
