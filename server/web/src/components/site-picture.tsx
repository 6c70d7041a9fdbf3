import { type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSitePicture } from '../api/site-picture';
import { errorText } from '../lib/error-text';
import { useNow } from './use-now';
import './site-picture.css';

interface Props {
  endpoint: string;
  meeting: string | null;
  name: string;
}

/** What a site's camera shows, with its age; or why nothing is shown. */
export function SitePicture({ endpoint, meeting, name }: Props): ReactNode {
  const { t } = useTranslation();
  const picture = useSitePicture(endpoint, meeting);
  const now = useNow();
  if (picture?.url) {
    const age = Math.max(0, Math.round((now - picture.at) / 1000));
    return (
      <figure className="site-picture">
        <img src={picture.url} alt={t('board.picture.of', { name })} width={240} height={135} />
        <figcaption>{age < 3 ? t('board.picture.now') : t('board.picture.age', { n: age })}</figcaption>
      </figure>
    );
  }
  return (
    <figure className="site-picture">
      <p className="site-picture-none">{picture?.error ? errorText(picture.error, t) : t('board.picture.coming')}</p>
    </figure>
  );
}
