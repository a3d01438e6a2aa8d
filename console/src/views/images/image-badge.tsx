/** Whether an image can be restored from, in words. */
import type { Schemas } from '../../api/client.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import { imageWords } from './words.ts';

export type Image = Schemas['Image'];

const TONES: Readonly<Record<Image['imageState'], Tone>> = {
  available: 'good',
  'replica-only': 'warning',
  deleted: 'quiet',
  unknown: 'quiet',
};

export const ImageBadge = ({ image: { imageState } }: { image: Pick<Image, 'imageState'> }) => (
  <Badge tone={TONES[imageState]}>{imageWords().states[imageState]}</Badge>
);
