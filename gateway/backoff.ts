/** Before retry 0, 1, 2, …: twice as long each time, `most` at most, with jitter from half of it to all; milliseconds. */
export const backoffMs = (
  { first, most }: { readonly first: number; readonly most: number },
  retry: number,
  draw: () => number,
): number => Math.min(first * 2 ** retry, most) * (0.5 + draw() / 2);
