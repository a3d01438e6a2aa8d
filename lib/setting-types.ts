/** The types of the settings. A message follows the name of the setting in a sentence. */
import { z } from 'zod';

export const wholeNumber = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.int(message).min(min, message).max(max, message);
};
export const flag = () => z.boolean('must be true or false');
export const text = (pattern: RegExp, message: string) => z.string(message).regex(pattern, message);
export const group = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.strictObject(shape, 'must be an object');

export const isDistinct = (all: readonly unknown[]): boolean => new Set(all).size === all.length;

/** As in `lambdas/groups/labels.ts`. */
export const LABEL_KEY = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/;
export const KMS_KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,64}$/;

/** `-c nbwss.allowedCidrs=10.0.0.0/8,2001:db8::/32` arrives as one string. */
export const list = (value: unknown) =>
  typeof value === 'string' ? value.split(',').flatMap((part) => part.trim() || []) : value;

const CIDR = 'must be an IPv4 or IPv6 range such as 10.0.0.0/8';
/** Ranges of addresses. @param characters the most characters of the list: the environment of a Lambda function has 4 KB */
export const ranges = (characters: number) =>
  z
    .preprocess(
      list,
      z
        .array(z.union([z.cidrv4(), z.cidrv6()], CIDR), 'must be a list of ranges')
        .refine((all) => all.join().length <= characters, `must have ${characters} characters at most`),
    )
    .default([]);
