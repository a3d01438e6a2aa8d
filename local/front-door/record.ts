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
  readonly functionName?: string | undefined;
  readonly service: string;
  readonly action: string;
  /** ARN of what it touches (the first, when several). */
  readonly resource: string;
  /** HTTP status; 0 when the connection was broken instead of an answer. */
  readonly status: number;
  readonly errorCode?: string | undefined;
  readonly durationMs: number;
}

/** Long-running clouds forget their oldest entries. */
const KEPT = 50_000;

/** A list that can be read from a mark on, and listened to. */
export class Recorder<T> {
  readonly all: T[] = [];
  readonly #listeners: ((entry: T) => void)[] = [];
  #forgotten = 0;

  push(entry: T): void {
    this.all.push(entry);
    if (this.all.length > KEPT) this.#forgotten += this.all.splice(0, KEPT / 2).length;
    for (const listener of this.#listeners) listener(entry);
  }

  subscribe(listener: (entry: T) => void): void {
    this.#listeners.push(listener);
  }

  /** A mark for {@link since}. */
  mark(): number {
    return this.#forgotten + this.all.length;
  }

  since(mark: number): readonly T[] {
    return this.all.slice(Math.max(0, mark - this.#forgotten));
  }

  reset(): void {
    this.#forgotten += this.all.splice(0).length;
  }
}
