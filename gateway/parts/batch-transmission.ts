import { deferred } from '../deferred.ts';

/** One time that NetBackup sends a message. */
export class BatchTransmission {
  /** Digests of the parts that are to be stored. */
  readonly missing = new Set<string>();
  /** Of all parts. */
  readonly digests = new Set<string>();
  /** Whether all parts are in `digests`. */
  isComplete = false;
  readonly answerBefore: number;
  /** The JSON text of the message's id. */
  readonly id: string;
  readonly #answer = deferred<string | undefined>();
  #isSettled = false;

  constructor(answerBefore: number, id: string) {
    this.answerBefore = answerBefore;
    this.id = id;
  }

  get answer(): Promise<string | undefined> {
    return this.#answer.promise;
  }

  /** Answers it, or not. @returns false when that was decided before */
  settle(body?: string): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#answer.resolve(body);
    return true;
  }
}
