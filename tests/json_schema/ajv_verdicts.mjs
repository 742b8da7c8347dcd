// Asks ajv. Standard input: {"assertFormats": boolean, "schemas": [schema, ...], "checks": [{"schema": id,
// "documents": [document, ...]}, ...]}. Standard output: for each check, an array with true or false per document.

import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const { assertFormats, schemas, checks } = JSON.parse(readFileSync(0, "utf8"));

// Strict: a schema with an unknown keyword, a keyword that can have no effect, or a format without a meaning is an error.
const ajv = new Ajv2020({ strict: true, validateFormats: assertFormats });
if (assertFormats) addFormats(ajv, { mode: "full" });
for (const schema of schemas) ajv.addSchema(schema);

const verdicts = checks.map(({ schema, documents }) => {
  const validate = ajv.compile({ $ref: schema });
  return documents.map((document) => validate(document));
});
process.stdout.write(JSON.stringify(verdicts));
