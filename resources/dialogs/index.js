import { cameraLogin } from './camera-address.js';
import * as check from './checks.js';
import { codeEditors } from './code-editors.js';
import { keyButton } from './key-button.js';
import { judge, sayBelow } from './lines.js';
import { nameStyle, ownName, serverName } from './names.js';
import { checkRows, parameterTable } from './parameter-table.js';
import { place } from './picker.js';
import { startPreview } from './preview.js';
import { chooseOnlyStore, onlyOf, takeOnlyStore } from './stores.js';
import { tabs } from './tabs.js';
import { testButton } from './test-button.js';
import { shared, textsOf } from './texts.js';
import { fromPrint, typedFields } from './typed-fields.js';
import { isQuantity, validator } from './validators.js';
import { webhookRequest } from './webhook-request.js';
import { TOPICS, topicTable } from './webhook-topics.js';

/** What the scripts in the nodes' html files use. */
export const dialogs = {
    TOPICS,
    cameraLogin,
    check,
    checkRows,
    chooseOnlyStore,
    codeEditors,
    fromPrint,
    isQuantity,
    judge,
    keyButton,
    nameStyle,
    onlyOf,
    ownName,
    parameterTable,
    place,
    sayBelow,
    serverName,
    shared,
    startPreview,
    tabs,
    takeOnlyStore,
    testButton,
    textsOf,
    topicTable,
    typedFields,
    validator,
    webhookRequest,
};
