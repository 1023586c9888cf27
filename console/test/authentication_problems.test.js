/* What the API says is wrong with authentication, in the reader's words. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { problemOf } from "../src/texts.js";
import { problems as english } from "../src/texts/en/index.js";
import { problems } from "../src/texts/pt/index.js";

const ACCEPTED = {
  "must be a client certificate as PEM, with what leads from it to its authority": "Deve ser um certificado de cliente em PEM",
  "must be the private key of the certificate as PEM, without passphrase": "Deve ser a chave privada do certificado",
  "must be 1 to 20 certificates of authorities as PEM": "Deve conter de 1 a 20 certificados de autoridades",
};
const USE = "use RSA from 2048 bits on, P-256, P-384, P-521, Ed25519 or Ed448";
const CAUSES = [
  "there is none", "there is only a certificate", "there is only a private key",
  "there is a private key, which must not leave its owner", "there is no line that begins with -----BEGIN",
  "the lines -----BEGIN and -----END are missing around it",
  "this key is encrypted: `openssl pkey -in key.pem -out plain.pem` takes its passphrase away",
  "this is a key of OpenSSH: `ssh-keygen -p -m PEM -f key` makes it PEM",
  "this is a certificate request: enter the certificate that the authority made of it", "this is a public key",
  "this is a PKCS#7 file: `openssl pkcs7 -print_certs` makes it PEM", "this is a PKCS#12 file: `openssl pkcs12 -nodes` makes it PEM",
  "this is a binary file (DER or PKCS#12): `openssl x509 -inform DER` or `openssl pkcs12 -nodes` makes it PEM",
  "this is a list of revoked certificates", "this is a block SSH2", "this is longer than 64 KiB", "these are more than 20 certificates",
  "these are 2 keys", "its block CERTIFICATE has no line END: it was cut off",
  "its block CERTIFICATE is damaged: between BEGIN and END is no base64", "certificate 2 has a key of an unknown kind",
  "certificate 1 is damaged", "this key has more than 8192 bits", "this key is damaged, or of an unknown kind",
  "this key belongs to none of the certificates (CN=a, CN=b)", "the certificate CN=a ended at 2026-01-01T00:00:00.000Z",
  "the certificate CN=a is valid only from 2027-01-01T00:00:00.000Z on", "the certificate CN=a was signed in an unknown way",
  "the certificate CN=a was signed with SHA-1, which is broken",
  "the certificate CN=a is not for clients (its extended key usage lacks clientAuth)",
  "the certificate CN=a is not for clients (its key usage lacks digitalSignature)",
  `the key of the certificate CN=a is bound to RSA-PSS: ${USE}`, `the key of the certificate CN=a is RSA of 1024 bits: ${USE}`,
  `the key of the certificate CN=a is on the curve secp256k1: ${USE}`, `the key of the certificate CN=a is of the kind DSA: ${USE}`,
  "CN=a is no authority: enter its issuer's",
];
const FIELDS = [
  "is required", "must be entered again, because the target's host changes",
  "must be entered again, or null, because the target's host changes",
  "must be entered again, because the token server's host or clientId changes",
  "must be 1 to 4096 visible ASCII characters without blanks: the token alone, without 'Bearer'",
  "must be 1 to 4096 visible ASCII characters, with blanks only between them", "must be 1 to 1024 visible ASCII characters or blanks",
  "must be 1 to 1024 characters: words of visible ASCII without '\"' or '\\', one blank between them",
  "must not be the name of a custom header", "must not be the header that authentication has",
];
const ENGLISH = /\b(must|is|are|the|this|there|these|its|of|certificate|key)\b/;

test("what is wrong with a field is told in Portuguese", () => {
  for (const message of FIELDS) assert.doesNotMatch(problemOf(problems, message), ENGLISH, message);
});

test("why a certificate or a key is refused is told in Portuguese, in both of its halves", () => {
  for (const [told, portuguese] of Object.entries(ACCEPTED)) {
    for (const cause of CAUSES) {
      const text = problemOf(problems, `${told}; ${cause}`);
      assert.ok(text.startsWith(portuguese), text);
      assert.doesNotMatch(text.replaceAll(/`[^`]*`/g, ""), ENGLISH, text);
    }
  }
  const key = "must be the private key of the certificate as PEM, without passphrase; this key belongs to none of the certificates (CN=$1, O=x)";
  assert.match(problemOf(problems, key), /esta chave não pertence a nenhum dos certificados \(CN=\$1, O=x\)\.$/);
});

test("what is accepted is what the API says", () => {
  const python = readFileSync(new URL("../../layers/core/recado/rules/certificates/refusal.py", import.meta.url), "utf8");
  for (const accepted of Object.keys(ACCEPTED)) assert.ok(python.includes(accepted.replace("20", "{MOST_CERTIFICATES}")), accepted);
});

test("what is null to the API is removed to whoever reads English", () => {
  const message = "must be entered again, or null, because the target's host changes";
  assert.equal(problemOf(english, message), "Must be entered again, or removed, because the target's host changes.");
});
