/** Query parameters of EPCIS 2.0 that the pack can answer, as the standard writes them in an address. */
import type { BoundParameter } from '../../../server/domain/binding.ts';
import type { LocalText } from '../../../server/domain/text.ts';
import { text } from '../../kit/offering.ts';

const parameter = (name: string, as: BoundParameter['as'], about: LocalText): BoundParameter => ({
  in: 'query',
  name,
  to: name,
  as,
  about,
});

const list = (name: string, about: LocalText): BoundParameter => parameter(name, 'list', about);
const time = (name: string, about: LocalText): BoundParameter => parameter(name, 'text', about);

const PATTERN = text(
  'in any form, or a pattern such as urn:epc:idpat:sgtin:0614141.107346.*',
  '任意写法，或模式，例如 urn:epc:idpat:sgtin:0614141.107346.*',
);
const epcs = (name: string, en: string, zh: string): BoundParameter =>
  list(name, text(`${en}; ${PATTERN.en}`, `${zh}；${PATTERN.zh}`));

const EVENT_TYPE = list('eventType', text('Types of events', '事件类型'));
const BIZ_STEP = list('EQ_bizStep', text('Business steps', '业务步骤'));
const DISPOSITION = list('EQ_disposition', text('Dispositions', '处置状态'));
const READ_POINT = list('EQ_readPoint', text('Read points', '读取点'));
const BIZ_LOCATION = list('EQ_bizLocation', text('Business locations', '业务地点'));
const ANY_EPC = epcs('MATCH_anyEPC', 'Things, whatever part they play', '任意角色的物品');

const PAGING: readonly BoundParameter[] = [
  parameter('perPage', 'integer', text('Events a page, 1 to 500', '每页事件数，1 至 500')),
  parameter('nextPageToken', 'text', text('From the Link header of the page before', '取自上一页的 Link 响应头')),
];

/** All, in the order of the standard. */
export const QUERY: readonly BoundParameter[] = [
  EVENT_TYPE,
  time('GE_eventTime', text('Happened at this time or later', '发生时间不早于')),
  time('LT_eventTime', text('Happened before this time', '发生时间早于')),
  time('GE_recordTime', text('Recorded at this time or later', '记录时间不早于')),
  time('LT_recordTime', text('Recorded before this time', '记录时间早于')),
  list('EQ_action', text('ADD, OBSERVE or DELETE', 'ADD、OBSERVE 或 DELETE')),
  BIZ_STEP,
  DISPOSITION,
  READ_POINT,
  BIZ_LOCATION,
  list('EQ_transformationID', text('Transformations', '转换编号')),
  epcs('MATCH_epc', 'Things seen, or put in or taken out', '观察到或装入、取出的物品'),
  epcs('MATCH_parentID', 'Containers', '容器'),
  epcs('MATCH_inputEPC', 'Things that went into a transformation', '转换的投入物'),
  epcs('MATCH_outputEPC', 'Things that came out of a transformation', '转换的产出物'),
  ANY_EPC,
  list('MATCH_epcClass', text('Classes of things, but in transformations', '物品类别（转换除外）')),
  list('MATCH_anyEPCClass', text('Classes of things', '物品类别')),
  list('EQ_eventID', text('Events by id', '事件编号')),
  parameter('EXISTS_errorDeclaration', 'boolean', text('Only events declared to be in error', '仅限已声明有误的事件')),
  time('GE_errorDeclarationTime', text('Declared at this time or later', '声明时间不早于')),
  time('LT_errorDeclarationTime', text('Declared before this time', '声明时间早于')),
  list('EQ_errorReason', text('Reasons of the declaration', '声明原因')),
  list('EQ_correctiveEventID', text('Events that correct it', '更正事件')),
  parameter('orderBy', 'text', text('eventTime or recordTime', 'eventTime 或 recordTime')),
  parameter('orderDirection', 'text', text('ASC or DESC; DESC when left out', 'ASC 或 DESC；缺省为 DESC')),
  parameter('eventCountLimit', 'integer', text('So many at most, of the order', '按该排序最多返回的数量')),
  ...PAGING,
];

/** Collections of events that have a path of their own, by the parameter that the path stands for. */
export const COLLECTIONS = [
  { path: 'eventTypes', value: 'eventType', parameter: EVENT_TYPE, example: 'ObjectEvent' },
  { path: 'epcs', value: 'epc', parameter: ANY_EPC, example: 'urn:epc:id:sscc:0614141.1234567890' },
  { path: 'bizSteps', value: 'bizStep', parameter: BIZ_STEP, example: 'departing' },
  { path: 'bizLocations', value: 'bizLocation', parameter: BIZ_LOCATION, example: 'urn:epc:id:sgln:0614141.00001.0' },
  { path: 'readPoints', value: 'readPoint', parameter: READ_POINT, example: 'urn:epc:id:sgln:0614141.00001.0' },
  { path: 'dispositions', value: 'disposition', parameter: DISPOSITION, example: 'in_transit' },
] as const;

export const PAGE_PARAMETERS = PAGING;
