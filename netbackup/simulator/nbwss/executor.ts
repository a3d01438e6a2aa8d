/** A task calls `done` to free its thread. */
export type Task = (done: () => void) => void;

/** A pool of `threads` slots (PRP-8): with one thread, a waiting exchange blocks all other groups [assumed]. */
export class Executor {
  #free: number;
  readonly #waiting: Task[] = [];

  constructor(threads: number) {
    this.#free = threads;
  }

  submit(task: Task): void {
    this.#waiting.push(task);
    this.#next();
  }

  #next(): void {
    if (this.#free === 0) return;
    const task = this.#waiting.shift();
    if (!task) return;
    this.#free--;
    let isDone = false;
    task(() => {
      if (isDone) return;
      isDone = true;
      this.#free++;
      this.#next();
    });
  }
}
