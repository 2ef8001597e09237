import { cameraLogin } from './fields/camera-address';
import * as check from './fields/checks';
import { codeEditors } from './code-editors';
import { askForKey, keyButton } from './requests/key-button';
import { vkSignIn } from './requests/vk-sign-in';
import { suggestCurrencies } from './rules/currencies';
import { groupTable } from './fields/group-table';
import { chosenKeys, showKeys } from './fields/keys';
import { judge, sayBelow } from './fields/lines';
import { nameStyle, ownName, serverName } from './names';
import { checkRows, parameterTable, suggestTemplates } from './fields/parameter-table';
import { ruleTable } from './rules/rule-table';
import { place } from './pickers/picker';
import { namesField } from './pickers/names-field';
import { OF_STORE, ofConfig } from './pickers/choice-source';
import { numbersField } from './pickers/numbers-field';
import { placeField } from './pickers/place-field';
import { choices, create } from './requests/choices';
import { problemText } from './requests/problems';
import { ask } from './requests/routes';
import { startPreview } from './requests/preview';
import { chooseOnly, chooseOnlyStore, connectionOf, MASK, onlyOf, takeOnlyStore } from './requests/stores';
import { SERVERS } from './server-kinds';
import { tabs } from './tabs';
import { testButton, testResult } from './requests/test-button';
import { shared, textsOf } from './texts';
import { spoolTable } from './fields/spool-table';
import { fromPrint, typedFields } from './fields/typed-fields';
import { isQuantity, validator } from './fields/validators';
import { webhookRequest } from './requests/webhook-request';
import { webhookPresets } from './fields/webhook-presets';
import { TOPICS, topicTable } from './fields/webhook-topics';

/** What the scripts in the nodes' html files use, and the set-up in the sidebar. */
export const dialogs = {
    MASK,
    SERVERS,
    TOPICS,
    ask,
    askForKey,
    cameraLogin,
    check,
    checkRows,
    choices,
    chooseOnly,
    chooseOnlyStore,
    chosenKeys,
    codeEditors,
    connectionOf,
    create,
    fromPrint,
    groupTable,
    isQuantity,
    judge,
    keyButton,
    vkSignIn,
    nameStyle,
    namesField,
    numbersField,
    OF_STORE,
    ofConfig,
    onlyOf,
    ownName,
    parameterTable,
    place,
    placeField,
    problemText,
    ruleTable,
    sayBelow,
    serverName,
    shared,
    showKeys,
    spoolTable,
    startPreview,
    suggestCurrencies,
    suggestTemplates,
    tabs,
    takeOnlyStore,
    testButton,
    testResult,
    textsOf,
    topicTable,
    typedFields,
    validator,
    webhookPresets,
    webhookRequest,
};
