/* Por que um certificado ou uma chave é recusado: a API diz o que aceita e, depois de um ponto e vírgula, a causa. */

/** `[como vem, como é mostrada]`; `$1` é o que varia. */
const CAUSES = [
  [/^there is none$/, "não há nenhuma"],
  [/^there is only a certificate$/, "há só um certificado"],
  [/^there is only a private key$/, "há só uma chave privada"],
  [/^there is a private key, which must not leave its owner$/, "há uma chave privada, que não deve sair das mãos do dono"],
  [/^there is no line that begins with -----BEGIN$/, "não há nenhuma linha que comece com -----BEGIN"],
  [/^the lines -----BEGIN and -----END are missing around it$/, "faltam as linhas -----BEGIN e -----END em volta"],
  [/^this key is encrypted: (.+) takes its passphrase away$/, "esta chave é criptografada: $1 remove a frase secreta"],
  [/^this is a key of OpenSSH: (.+) makes it PEM$/, "esta é uma chave do OpenSSH: $1 a converte em PEM"],
  [/^this is a certificate request: .+$/, "este é um pedido de certificado: informe o certificado que a autoridade emitiu a partir dele"],
  [/^this is a public key$/, "esta é uma chave pública"],
  [/^this is a PKCS#7 file: (.+) makes it PEM$/, "este é um arquivo PKCS#7: $1 o converte em PEM"],
  [/^this is a PKCS#12 file: (.+) makes it PEM$/, "este é um arquivo PKCS#12: $1 o converte em PEM"],
  [/^this is a binary file \(DER or PKCS#12\): (.+) or (.+) makes it PEM$/, "este é um arquivo binário (DER ou PKCS#12): $1 ou $2 o converte em PEM"],
  [/^this is a list of revoked certificates$/, "esta é uma lista de certificados revogados"],
  [/^this is a block (.+)$/, "este é um bloco $1"],
  [/^this is longer than (\d+) KiB$/, "isto tem mais de $1 KiB"],
  [/^these are more than (\d+) certificates$/, "são mais de $1 certificados"],
  [/^these are (\d+) keys$/, "são $1 chaves"],
  [/^its block (.+) has no line END: it was cut off$/, "o bloco $1 não tem a linha END: foi cortado"],
  [/^its block (.+) is damaged: .+$/, "o bloco $1 está danificado: entre BEGIN e END não há base64"],
  [/^certificate (\d+) has a key of an unknown kind$/, "o certificado $1 tem uma chave de tipo desconhecido"],
  [/^certificate (\d+) is damaged$/, "o certificado $1 está danificado"],
  [/^this key has more than 8192 bits$/, "esta chave tem mais de 8192 bits"],
  [/^this key is damaged, or of an unknown kind$/, "esta chave está danificada ou é de tipo desconhecido"],
  [/^this key belongs to none of the certificates \((.+)\)$/s, "esta chave não pertence a nenhum dos certificados ($1)"],
  [/^the certificate (.+) ended at (.+)$/s, "o certificado $1 expirou em $2"],
  [/^the certificate (.+) is valid only from (.+) on$/s, "o certificado $1 só é válido a partir de $2"],
  [/^the certificate (.+) was signed in an unknown way$/s, "o certificado $1 foi assinado de um modo desconhecido"],
  [/^the certificate (.+) was signed with (.+), which is broken$/s, "o certificado $1 foi assinado com $2, que não é mais seguro"],
  [/^the certificate (.+) is not for clients \(its extended key usage lacks clientAuth\)$/s, "o certificado $1 não é para clientes (falta clientAuth no uso estendido da chave)"],
  [/^the certificate (.+) is not for clients \(its key usage lacks digitalSignature\)$/s, "o certificado $1 não é para clientes (falta digitalSignature no uso da chave)"],
  [/^the key of the certificate (.+) is bound to RSA-PSS: use .+$/s, "a chave do certificado $1 só serve para RSA-PSS: use RSA a partir de 2048 bits, P-256, P-384, P-521, Ed25519 ou Ed448"],
  [/^the key of the certificate (.+) is RSA of (\d+) bits: use .+$/s, "a chave do certificado $1 é RSA de $2 bits: use RSA a partir de 2048 bits, P-256, P-384, P-521, Ed25519 ou Ed448"],
  [/^the key of the certificate (.+) is on the curve (\S+): use .+$/s, "a chave do certificado $1 é da curva $2: use RSA a partir de 2048 bits, P-256, P-384, P-521, Ed25519 ou Ed448"],
  [/^the key of the certificate (.+) is of the kind (\S+): use .+$/s, "a chave do certificado $1 é do tipo $2: use RSA a partir de 2048 bits, P-256, P-384, P-521, Ed25519 ou Ed448"],
  [/^(.+) is no authority: enter its issuer's$/s, "$1 não é de uma autoridade: informe o do emissor"],
];

export default [
  refused(/^must be a client certificate as PEM, with what leads from it to its authority; (.+)$/s, "deve ser um certificado de cliente em PEM, com o que leva dele à sua autoridade"),
  refused(/^must be the private key of the certificate as PEM, without passphrase; (.+)$/s, "deve ser a chave privada do certificado em PEM, sem frase secreta"),
  refused(/^must be 1 to \d+ certificates of authorities as PEM; (.+)$/s, "deve conter de 1 a 20 certificados de autoridades em PEM"),
];

function refused(pattern, accepted) {
  return [pattern, (_, cause) => `${accepted}; ${told(cause)}`];
}

/** Uma causa desconhecida é mostrada como veio. */
function told(cause) {
  const [pattern, text] = CAUSES.find(([candidate]) => candidate.test(cause)) ?? [];
  return pattern ? cause.replace(pattern, text) : cause;
}
