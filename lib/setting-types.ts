/** Types of settings. The messages follow the name of the setting in a sentence. */
import { z } from 'zod';

export const wholeNumber = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.int(message).min(min, message).max(max, message);
};
export const text = (pattern: RegExp, message: string) => z.string(message).regex(pattern, message);
export const group = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.strictObject(shape, 'must be an object');
