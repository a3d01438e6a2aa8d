import { language } from '../preferences.ts';

export const formatNumber = (value: number, options: Intl.NumberFormatOptions = {}): string =>
  new Intl.NumberFormat(language.value, options).format(value);

/** Such as "Mon, Tue". */
export const formatList = (texts: readonly string[]): string =>
  new Intl.ListFormat(language.value, { type: 'unit', style: 'short' }).format(texts);

export const formatMilliseconds = (value: number): string =>
  formatNumber(value, { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 });
