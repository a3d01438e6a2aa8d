/** Announces changes to people who do not see the page. */
import { signal } from '@preact/signals';

const text = signal('');

export const announce = (message: string): void => {
  text.value = message;
};

/** Rendered exactly once on the page. */
export const LiveRegion = () => (
  <div class="visually-hidden" role="status" aria-live="polite">
    {text.value}
  </div>
);
