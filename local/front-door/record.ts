/** Read and write units by AWS's rules; `perIndex` splits them by `table` and `table/index`. */
export interface Usage {
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly perIndex: Readonly<Record<string, number>>;
}

/** One AWS call as it was carried out. */
export interface AwsCall extends Usage {
  /** Milliseconds since the epoch, when it arrived. */
  readonly at: number;
  /** Absent for a person. */
  readonly functionName?: string;
  readonly service: string;
  readonly action: string;
  /** ARN of what it touches (the first, when several). */
  readonly resource: string;
  /** HTTP status; 0 when the connection was broken instead of an answer. */
  readonly status: number;
  readonly errorCode?: string;
  readonly durationMs: number;
}

/** Long-running clouds forget their oldest entries. */
const KEPT = 50_000;

/** A list that can be read from a mark on, and listened to. */
export class Recorder<T> {
  #entries: T[] = [];
  #dropped = 0;
  readonly #listeners = new Set<(entry: T) => void>();

  push(entry: T): void {
    this.#entries.push(entry);
    if (this.#entries.length > KEPT) this.#forget(KEPT / 2);
    for (const listener of this.#listeners) listener(entry);
  }

  get all(): readonly T[] {
    return this.#entries;
  }

  /** A mark for {@link since}. */
  mark(): number {
    return this.#dropped + this.#entries.length;
  }

  since(mark: number): readonly T[] {
    return this.#entries.slice(Math.max(0, mark - this.#dropped));
  }

  reset(): void {
    this.#forget(this.#entries.length);
  }

  /** @returns a function that ends the subscription. */
  subscribe(listener: (entry: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #forget(count: number): void {
    this.#dropped += count;
    this.#entries = this.#entries.slice(count);
  }
}
