/** Text to copy, or to save as a file. */
import { useState } from 'preact/hooks';
import { common } from '../i18n/common.ts';
import { announce } from './announce.tsx';

export const Copy = ({ text, title }: { text: string; title?: string }) => {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    announce(common().copied);
  };
  return (
    // Without a clipboard the text can still be selected.
    <button type="button" onClick={() => void copy().catch(() => announce(common().notCopied))}>
      {isCopied ? common().copied : (title ?? common().copy)}
    </button>
  );
};

/** A text that is shown only once, and is not stored. */
export const Secret = ({ text }: { text: string }) => (
  <div class="secret">
    <code>{text}</code>
    <Copy text={text} />
  </div>
);

/** Saves JSON as a file. @param name of the file */
export const saveJson = (name: string, value: unknown): void => {
  const url = URL.createObjectURL(
    new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: 'application/json' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Firefox reads it after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
};
