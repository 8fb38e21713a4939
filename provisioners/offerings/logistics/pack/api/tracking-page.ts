/** What a recipient sees of a parcel with the link that the sender passed on: no account, no key, nobody's name. */
import type { PublicPage } from '../../../../../server/domain/public-page.ts';
import { PARCEL_STATES, STEP_WORDS } from '../../processes.ts';
import { words } from './spec.ts';

export const trackingPage: PublicPage = {
  input: 'trackToken',
  title: words('Your parcel', '您的包裹'),
  what: words(
    'Where it was and where it is. Names and addresses are not shown.',
    '包裹的历史与当前位置；不显示姓名与地址。',
  ),
  facts: [
    { member: 'state', label: words('State', '状态'), kind: 'word' },
    { member: 'promisedAt', label: words('Promised for', '承诺送达'), kind: 'moment' },
    { member: 'asOf', label: words('As of', '数据截至'), kind: 'moment' },
  ],
  path: { rows: 'steps', step: 'step', at: 'at', place: ['facility', 'city'] },
  words: { ...PARCEL_STATES, ...STEP_WORDS },
  missing: words('No parcel belongs to this link.', '此链接没有对应的包裹。'),
};
