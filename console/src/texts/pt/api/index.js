/* O que a API diz, em inglês, e o que o leitor vê; o que está entre chaves varia (ver src/language/api_texts.js). */
import certificates from "./certificates.js";
import expressions from "./expressions.js";
import failures from "./failures.js";
import fields from "./fields.js";
import requests from "./requests.js";
import schemas from "./schemas.js";
import traces from "./traces.js";

export default { ...certificates, ...expressions, ...failures, ...fields, ...requests, ...schemas, ...traces };
