/** How much goes on in the home that the figures of wear are for; comings and goings, readings and commands are a day's. */
export const everyday = {
  lamps: 20,
  people: 2,
  rules: 12,
  commands: 120,
  readings: 100,
  comings: 8,
} as const;
