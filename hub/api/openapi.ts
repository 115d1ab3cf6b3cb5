import * as z from "zod/mini";
import { scopes } from "../domain/access.ts";
import { pathOf, type Route, routes } from "./contract.ts";
import { type SchemaName, schemas } from "./schemas/schemas.ts";

type Json = { readonly [key: string]: unknown };

const reference = (name: SchemaName): Json => ({ $ref: `#/components/schemas/${name}` });

/** Of the contract, not of the hub: rises when something is added beside what there is. */
const contractVersion = "1.0.0";

/** The contract as an OpenAPI 3.1 document. It describes every route there can be; `x-only-in` marks the simulator's, `x-step-up` those before which people show once more who they are. */
export const openApiDocument = (): Json => ({
  openapi: "3.1.0",
  info: {
    title: "Lampkeeper",
    version: contractVersion,
    description: "A smart-lighting hub that keeps your lamps and keeps your secrets.",
    license: { name: "MIT", identifier: "MIT" },
  },
  servers: [{ url: "/" }],
  paths: pathsOf(Object.entries(routes)),
  components: {
    schemas: componentSchemas(),
    securitySchemes: {
      token: { type: "http", scheme: "bearer", description: `An access token; scopes: ${scopes.join(", ")}` },
      session: { type: "apiKey", in: "cookie", name: "lampkeeper", description: "A browser's session" },
    },
  },
});

/** What a reset is certified with, for whoever reads certificates by machine. */
export const certificateJsonSchema = (): Json => ({
  title: "Lampkeeper wipe certificate",
  description:
    "After the certificate of sanitization of NIST SP 800-88. `signature` is Ed25519 over everything else as canonical JSON: names sorted by UTF-16 code units, no white space, in UTF-8.",
  ...z.toJSONSchema(schemas.WipeCertificate()),
});

const pathsOf = (all: readonly (readonly [string, Route])[]): Json => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of all) {
    const path = pathOf(route);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) };
  }
  return paths;
};

const operation = (name: string, route: Route): Json => ({
  operationId: name,
  summary: route.summary,
  tags: [route.path.split("/")[1]],
  ...(route.sim ? { "x-only-in": "sim" } : {}),
  ...(route.stepUp ? { "x-step-up": true } : {}),
  security: route.scope === "open" ? [] : [{ token: scopesOf(route) }, { session: scopesOf(route) }],
  ...(parametersOf(route).length === 0 ? {} : { parameters: parametersOf(route) }),
  ...(route.body === undefined
    ? {}
    : {
        requestBody: {
          required: route.bodyOptional !== true,
          content: { "application/json": { schema: reference(route.body) } },
        },
      }),
  ...(route.bytes === undefined
    ? {}
    : { requestBody: { required: true, content: { "application/octet-stream": {} } } }),
  responses: {
    [route.status]: { description: route.summary, ...contentOf(route) },
    default: {
      description: "What went wrong; `code` is stable",
      content: { "application/problem+json": { schema: reference("Problem") } },
    },
  },
});

const scopesOf = ({ scope }: Route): readonly string[] =>
  scope === "any" || scope === "open" ? [] : [scope];

const contentOf = ({ answer, media }: Route): Json => {
  if (media === undefined) {
    return answer === undefined ? {} : { content: { "application/json": { schema: reference(answer) } } };
  }
  if (media.endsWith("json")) return { content: { [media]: { schema: { type: "object" } } } };
  return {
    content: {
      // 3.1 has no word for the items of a stream: the data of each event is named here.
      [media]: {
        schema: { type: "string" },
        ...(answer === undefined ? {} : { "x-item": reference(answer) }),
      },
    },
  };
};

const parametersOf = ({ id, query, path }: Route): readonly Json[] => [
  ...(id === undefined ? [] : [{ name: "id", in: "path", required: true, schema: { type: "string" } }]),
  ...(query === undefined ? [] : queryParameters(query)),
  ...(path === "/events"
    ? [{ name: "Last-Event-ID", in: "header", required: false, schema: { type: "string" } }]
    : []),
];

const queryParameters = (name: SchemaName): readonly Json[] => {
  const { properties } = z.toJSONSchema(schemas[name]());
  return Object.entries(properties ?? {}).map(([key, schema]) => ({
    name: key,
    in: "query",
    required: false,
    schema,
  }));
};

const componentSchemas = (): Json => {
  const named = z.registry<{ id: string; description?: string | undefined }>();
  for (const [name, schema] of Object.entries(schemas)) named.add(schema(), { id: name });
  const { schemas: written } = z.toJSONSchema(named, { uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(written).map(([name, { $schema, $id, ...schema }]) => [name, schema]),
  );
};
