/** Read and write units by AWS's rules; `perIndex` splits them by `table` and `table/index`. */
export interface Usage {
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly perIndex: Readonly<Record<string, number>>;
}

/** One AWS call. */
export interface AwsCall extends Usage {
  /** Time of arrival, epoch ms. */
  readonly at: number;
  /** Absent for a user. */
  readonly functionName?: string | undefined;
  readonly service: string;
  readonly action: string;
  /** ARN of its (first) resource. */
  readonly resource: string;
  /** HTTP status; 0 when the connection was closed without a response. */
  readonly status: number;
  readonly errorCode?: string | undefined;
  readonly durationMs: number;
}

/** The most entries; the oldest are dropped. */
const MAX_ENTRIES = 50_000;

/** A list that can be read from a mark on, with listeners. */
export class Recorder<T> {
  readonly all: T[] = [];
  readonly #listeners: ((entry: T) => void)[] = [];
  #dropped = 0;

  push(entry: T): void {
    this.all.push(entry);
    if (this.all.length > MAX_ENTRIES) this.#dropped += this.all.splice(0, MAX_ENTRIES / 2).length;
    for (const listener of this.#listeners) listener(entry);
  }

  subscribe(listener: (entry: T) => void): void {
    this.#listeners.push(listener);
  }

  /** A mark for {@link since}. */
  mark(): number {
    return this.#dropped + this.all.length;
  }

  since(mark: number): readonly T[] {
    return this.all.slice(Math.max(0, mark - this.#dropped));
  }

  reset(): void {
    this.#dropped += this.all.splice(0).length;
  }
}
