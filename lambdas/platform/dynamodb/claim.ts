/** A claim on an item, which one invocation has at a time. */
import { type Expression, path, when } from './expression.ts';

export interface ClaimFields {
  /** The invocation that has it, until then (epoch ms). */
  readonly claim?: string;
  readonly claimedUntil?: number;
}
/** To be removed at the end of a claim. */
export const CLAIM_FIELDS = ['claim', 'claimedUntil'] as const satisfies (keyof ClaimFields)[];

export const isClaimedBy = (claim: string): Expression => when`${path('claim')} = ${claim}`;

/** Nobody has a claim, or it ended by `limit`. The SDK repeats a write whose response was lost, and then finds its own claim. */
export const mayClaim = (claim: string, limit: number, attribute = 'claimedUntil'): Expression => {
  const time = path(attribute);
  return when`attribute_not_exists(${time}) OR ${time} <= ${limit} OR ${isClaimedBy(claim)}`;
};
