/** Recado's HTTP API from TypeScript: the calls are typed by its OpenAPI document. */
export type { components, operations, paths } from "./generated/api.js";
export { connect, type Recado, type Token } from "./connection.js";
export { bodyOf, etagOf, pages, type Page } from "./answers.js";
export { receiver } from "./receiver.js";
export { Problem, type FieldError } from "./problem.js";
