/** `Map.groupBy`, which Node 20 does not have. */
export const groupBy = <T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
};

/** Calls `work` for each item in order, `parallel` at a time. Rejects with the first error. */
export const forEachInParallel = async <T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  parallel = 16,
): Promise<void> => {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (const item of queue) await work(item);
    }),
  );
};
