import { expect, test } from "vitest";
import { InvalidInput } from "../../hub/domain/errors.ts";
import type { OptionValues } from "../../hub/option-definitions.ts";
import { hubConfig, parseOptions, simConfig } from "../../hub/options.ts";

test("without options the hub keeps to itself", () => {
  const config = hubConfig({});
  expect(config).toMatchObject({
    host: "127.0.0.1",
    mqttHost: "127.0.0.1",
    appPort: { port: 8080, mayMove: true },
  });
  expect(config).not.toHaveProperty("legacy");
  expect(config).not.toHaveProperty("external");
  expect(config.homeAssistant).toBe(false);
});

test.each<[string, OptionValues]>([
  ["a port beyond the last", { "app-port": "65536" }],
  ["a port that is no number", { "mqtt-port": "http" }],
  ["a fraction of a port", { "mqtt-port": "1.5" }],
  ["an empty folder", { data: "" }],
  ["a wildcard in the base topic", { base: "lamp/+" }],
  ["Home Assistant's own topic as base", { base: "homeassistant" }],
  ["credentials in a broker's address", { broker: "mqtt://ana:secret@host" }],
  ["a broker of another protocol", { broker: "http://host" }],
  ["a certificate without its key", { "tls-cert": "hub.pem" }],
  ["an unknown log level", { "log-level": "loud" }],
  ["a legacy port without its address", { "legacy-port": "1884" }],
  ["a user name without a broker", { "broker-user": "hub" }],
  ["a password without a broker", { "broker-password-file": "secret.txt" }],
  ["an authority without a broker", { "broker-ca": "ca.pem" }],
  ["a certificate without a broker", { "broker-cert": "c.pem", "broker-key": "k.pem" }],
  ["a certificate without its key", { broker: "mqtts://b", "broker-cert": "c.pem" }],
  ["a key without its certificate", { broker: "mqtts://b", "broker-key": "k.pem" }],
  [
    "a certificate that nobody would ask for",
    { broker: "mqtt://b", "broker-cert": "c.pem", "broker-key": "k.pem" },
  ],
  ["Home Assistant without a broker of one's own", { "home-assistant": true }],
])("refuses %s and names the option", (_what, given) => {
  expect(() => hubConfig(given)).toThrow(InvalidInput);
  expect(() => hubConfig(given)).toThrow(`--${Object.keys(given)[0]}`);
});

test.each<[string, OptionValues]>([
  ["a negative home", { bulbs: "-1" }],
  ["time that stands still", { speed: "0" }],
  ["lamps of another make", { lamps: "threads" }],
  ["clients kept of lamps that are all clients", { external: "2" }],
])("refuses %s", (_what, given) => {
  expect(() => simConfig(given)).toThrow(InvalidInput);
});

test("a port that was asked for never moves", () => {
  expect(hubConfig({ "mqtt-port": "1883" }).mqttPort).toEqual({ port: 1883, mayMove: false });
});

test("a broker's address gives host, port and whether it is sealed", () => {
  expect(hubConfig({ broker: "mqtts://broker.example" }).external).toMatchObject({ port: 8883, tls: true });
  expect(hubConfig({ broker: "mqtt://127.0.0.1:1899" }).external).toMatchObject({ port: 1899, tls: false });
});

test("a small home has a client for each device, a large one objects", () => {
  expect(simConfig({ bulbs: "20" }).lamps).toBe("mqtt");
  expect(simConfig({ bulbs: "500" }).lamps).toBe("object");
  expect(simConfig({ bulbs: "500", lamps: "mqtt" }).lamps).toBe("mqtt");
});

test("an unknown option is answered with where the known ones stand", () => {
  expect(() => parseOptions(true, ["--bulb", "3"])).toThrow("see: lampkeeper sim --help");
  expect(() => parseOptions(false, ["--bulbs", "3"])).toThrow("see: lampkeeper serve --help");
});

test("a place of the south is understood, a zone is checked", () => {
  const given = parseOptions(false, ["--place", "-33.87,151.21", "--zone", "Australia/Sydney"]);
  expect(hubConfig(given)).toMatchObject({
    place: { latitude: -33.87, longitude: 151.21 },
    zone: "Australia/Sydney",
  });
  expect(hubConfig(parseOptions(true, ["--place=52.5,-13.4"])).place).toEqual({
    latitude: 52.5,
    longitude: -13.4,
  });
  expect(hubConfig({})).not.toHaveProperty("place");
});

test.each<[string, string, OptionValues]>([
  ["range_violation", "a latitude beyond the pole", { place: "91,0" }],
  ["range_violation", "a longitude beyond half way round", { place: "0,-180.1" }],
  ["invalid_input", "a place that is a name", { place: "Berlin" }],
  ["invalid_input", "half a place", { place: "52.5" }],
  ["unknown_zone", "a zone that is none", { zone: "Europe/Berlni" }],
])("%s: %s", (code, _what, given) => {
  expect(() => hubConfig(given)).toThrow(expect.objectContaining({ code }));
});
