/** A function's settings, read once at start, which fails when one is missing. */

/** @throws Error that names the variable */
export const required = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
};

/** Undefined when the variable is not set. */
export const optional = (name: string): string | undefined => process.env[name] || undefined;

/** @throws Error that names the variable when it is not a positive whole number */
export const requiredNumber = (name: string): number => {
  const value = Number(required(name));
  if (!Number.isInteger(value) || value <= 0)
    throw new Error(`The environment variable ${name} must be a positive whole number.`);
  return value;
};

/** A comma-separated list; empty when the variable is not set. */
export const optionalList = (name: string): string[] => (process.env[name] ?? '').split(',').filter(Boolean);

/** A JSON value that the deployment has checked; undefined when the variable is not set. */
export const optionalJson = <T>(name: string): T | undefined => {
  const text = process.env[name];
  return text ? (JSON.parse(text) as T) : undefined;
};
