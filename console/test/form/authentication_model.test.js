/* What of each type of authentication the form sends, asks for, shows, and forgets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ENTERED, REMOVED, TYPES, authenticationValues, previewOf, withoutSecrets } from "../../src/form/authentication_model.js";
import { WebhookForm } from "../../src/form/form.js";
import { bodyOf, changesOf, lightProblems, testedParts, valuesOf } from "../../src/form/model.js";
import { standingOf } from "../../src/webhook/validity.js";

/** What a person may have typed, of all types: only that of the chosen one may be sent. */
const TYPED = {
  username: "me", password: "p w", token: " t0ken\t", name: " X-Api-Key ", value: " v4lue ", secret: " whsec_x ", algorithm: "ED25519",
  tokenUrl: " https://id.example.com/token ", clientId: "client", clientSecret: "s3cret", clientAuthentication: "BODY", scope: " read write ",
  audience: "",
};
const OAUTH2 = {
  tokenUrl: "https://id.example.com/token", clientId: "client", clientAuthentication: "BODY", scope: "read write", audience: null,
};
/** `[the open fields, the secret]` of each type, as they are sent. */
const SENT = {
  NONE: [{}, {}], BASIC: [{ username: "me" }, { password: "p w" }], BEARER: [{}, { token: "t0ken" }],
  HEADER: [{ name: "X-Api-Key" }, { value: "v4lue" }], SIGNATURE: [{ algorithm: "ED25519" }, { secret: "whsec_x" }],
  OAUTH2: [OAUTH2, { clientSecret: "s3cret" }],
};
const CERTIFICATE = { subject: "CN=us", issuer: "CN=CA", fingerprint: "ab", notBefore: "2026-01-01T00:00:00Z", notAfter: "2027-01-01T00:00:00Z" };

const webhook = (authentication) => ({ name: "CRM", targetUrl: "https://example.com/", eventNames: ["A"], authentication });
const changed = (values, part) => ({ ...values, authentication: { ...values.authentication, ...part } });
const sent = (part) => bodyOf(changed(valuesOf(null), part)).authentication;

for (const type of TYPES) {
  const [open, secret] = SENT[type];
  const saved = webhook({ type, ...open });

  test(`${type}: a new webhook gets what was entered of this type, and of no other`, () => {
    assert.deepEqual(sent({ ...TYPED, type }), { type, ...open, ...secret });
  });

  test(`${type}: nothing entered changes nothing, and what is kept is not asked for`, () => {
    assert.deepEqual(changesOf(valuesOf(saved), valuesOf(saved)), {});
    assert.deepEqual(lightProblems(valuesOf(saved), saved), {});
    assert.deepEqual(testedParts(valuesOf(saved), valuesOf(saved)), {});
  });

  test(`${type}: another secret is sent with all of its type`, () => {
    const other = changed(valuesOf(saved), secret);
    assert.deepEqual(changesOf(other, valuesOf(saved)), Object.keys(secret).length ? { authentication: { type, ...open, ...secret } } : {});
  });

  test(`${type}: after another type nothing of it is kept, so that all of it is asked for`, () => {
    const before = webhook({ type: type === "NONE" ? "BASIC" : "NONE" });
    const missing = Object.keys(lightProblems(changed(valuesOf(before), { type }), before));
    const wanted = { BASIC: ["username", "password"], BEARER: ["token"], HEADER: ["name", "value"], OAUTH2: ["tokenUrl", "clientId", "clientSecret"], SIGNATURE: ["secret"] };
    assert.deepEqual(missing, (wanted[type] ?? []).map((field) => `authentication.${field}`));
  });

  test(`${type}: what is shown of what is sent holds no secret`, () => {
    const shown = previewOf({ ...authenticationValues(), ...TYPED, type });
    for (const hidden of Object.values(secret)) assert.ok(!shown.includes(hidden), shown);
    assert.equal(shown === "", type === "NONE");
  });

  test(`${type}: certificates go with it`, () => {
    const entered = { clientCertificate: { how: ENTERED, certificate: "C", privateKey: "K" }, trustedCertificates: { how: ENTERED, pem: "A" } };
    assert.deepEqual(sent({ ...TYPED, ...entered, type }), {
      type, ...open, ...secret, clientCertificate: { certificate: "C", privateKey: "K" }, trustedCertificates: "A",
    });
  });
}

test("certificates that are kept are not sent, and null takes them away", () => {
  const saved = webhook({ type: "NONE", clientCertificate: CERTIFICATE, trustedCertificates: [CERTIFICATE] });
  const values = valuesOf(saved);
  assert.deepEqual(bodyOf(values).authentication, { type: "NONE" });
  const replacing = changed(values, { clientCertificate: { how: ENTERED, certificate: " ", privateKey: "" } });
  assert.deepEqual(changesOf(replacing, values), {});
  const removed = { clientCertificate: { how: REMOVED }, trustedCertificates: { how: REMOVED } };
  assert.deepEqual(changesOf(changed(values, removed), values), {
    authentication: { type: "NONE", clientCertificate: null, trustedCertificates: null },
  });
});

test("a key without a certificate goes to the API, which says what is missing", () => {
  const entered = { clientCertificate: { how: ENTERED, certificate: "", privateKey: "K" } };
  assert.deepEqual(sent(entered).clientCertificate, { certificate: "", privateKey: "K" });
});

test("nothing secret and no certificate is left once it is dropped", () => {
  const entered = {
    ...authenticationValues(), ...TYPED, type: "HEADER",
    clientCertificate: { how: ENTERED, certificate: "C3rt", privateKey: "K3y" }, trustedCertificates: { how: ENTERED, pem: "P3m" },
  };
  const left = JSON.stringify(withoutSecrets(entered));
  for (const secret of ["p w", "t0ken", "v4lue", "whsec_x", "s3cret", "C3rt", "K3y", "P3m"]) assert.ok(!left.includes(secret), secret);
  assert.equal(withoutSecrets(entered).name, TYPED.name);
});

function formOf(saved, values = null, api = {}) {
  globalThis.requestAnimationFrame ??= () => {};
  return new WebhookForm({ t: (key) => key, api, account: "1010", redraw() {} }, saved, "1", values);
}

test("a new webhook signs, with a secret that the form has made; nothing is lost until somebody has seen it", () => {
  const form = formOf(null);
  const { type, secret } = form.values.authentication;
  assert.match(secret, /^whsec_[\w+/]{43}=$/);
  assert.deepEqual([type, form.signsFirst, form.secretLost, form.unsaved], ["SIGNATURE", true, false, false]);
  assert.equal(bodyOf(form.values).authentication.secret, secret);
  assert.equal(testedParts(form.values, null).authentication.secret, secret);
  form.makeSecret();
  assert.notEqual(form.values.authentication.secret, secret);
  assert.equal(form.unsaved, false);
  form.seeSecret();
  assert.equal(form.unsaved, true);
});

test("a draft comes back without its secret: another is made, and the form says so", () => {
  const draft = { ...valuesOf(null), name: "CRM" };
  const form = formOf(null, { ...draft, authentication: withoutSecrets(draft.authentication) });
  assert.equal(form.secretLost, true);
  assert.match(form.values.authentication.secret, /^whsec_/);
  assert.equal(formOf(null, changed(draft, { type: "NONE" })).secretLost, false);
});

test("a webhook that begins to sign gets a secret with the choice, one that signs keeps its own", () => {
  const form = formOf(webhook({ type: "NONE" }));
  assert.equal(form.values.authentication.secret, "");
  form.setAuthentication({ type: "SIGNATURE" });
  assert.match(form.values.authentication.secret, /^whsec_/);
  form.setAuthentication({ secret: "" });
  assert.equal(form.lacksSecret(), true);
  assert.equal(form.problem("authentication.secret"), "problem.secret");
  const signs = formOf(webhook({ type: "SIGNATURE", algorithm: "HMAC_SHA256" }));
  signs.setAuthentication({ algorithm: "ED25519" });
  assert.deepEqual([signs.values.authentication.secret, signs.lacksSecret()], ["", false]);
});

test("a form that was saved holds no secret any more, one that was not still does", async () => {
  const answers = [{ status: 422, problem: { errors: [] } }, null];
  const postOnce = async () => {
    const refused = answers.shift();
    if (refused) throw refused;
    return { data: webhook({ type: "BEARER" }) };
  };
  const form = formOf(null, null, { postOnce });
  form.values = { ...changed(valuesOf(null), { type: "BEARER", token: "t0ken" }), name: "CRM", targetUrl: "https://example.com/", eventNames: ["A"] };
  assert.equal(await form.save(), null);
  assert.equal(form.values.authentication.token, "t0ken");
  assert.equal((await form.save()).name, "CRM");
  assert.ok(!JSON.stringify(form.values).includes("t0ken"));
});

test("the preview shows what a receiver and a token server get", () => {
  const preview = (part) => previewOf({ ...authenticationValues(), ...part });
  assert.equal(preview({ type: "BEARER", token: "x" }), "Authorization: Bearer …");
  assert.equal(preview({ type: "HEADER", name: " X-Key " }), "X-Key: …");
  assert.equal(preview({ type: "SIGNATURE" }), "webhook-signature: v1,…");
  assert.equal(preview({ type: "SIGNATURE", algorithm: "ED25519" }), "webhook-signature: v1,… v1a,…");
  const asked = { type: "OAUTH2", tokenUrl: "https://id.example.com/token", clientId: "me", scope: "a b", audience: "hooks" };
  assert.equal(preview(asked), [
    "POST https://id.example.com/token", "Authorization: Basic …", "grant_type=client_credentials&scope=a+b&audience=hooks", "",
    "Authorization: Bearer …",
  ].join("\n"));
  assert.match(preview({ ...asked, clientAuthentication: "BODY" }), /token\ngrant_type=client_credentials&.*&client_id=me&client_secret=…\n/);
});

test("a certificate is told to end from 30 days before on", () => {
  const now = Date.parse("2026-06-01T00:00:00Z");
  assert.equal(standingOf("2026-07-01T00:00:01Z", now), "valid");
  assert.equal(standingOf("2026-07-01T00:00:00Z", now), "ending");
  assert.equal(standingOf("2026-06-01T00:00:00Z", now), "ended");
});
