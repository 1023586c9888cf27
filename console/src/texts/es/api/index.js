/* Lo que dice la API, en inglés, y lo que ve el lector; lo que está entre llaves varía (ver src/language/api_texts.js). */
import certificates from "./certificates.js";
import expressions from "./expressions.js";
import failures from "./failures.js";
import fields from "./fields.js";
import requests from "./requests.js";
import schemas from "./schemas.js";
import traces from "./traces.js";

export default { ...certificates, ...expressions, ...failures, ...fields, ...requests, ...schemas, ...traces };
