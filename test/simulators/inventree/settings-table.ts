import { CURRENCIES } from './money';
import type { Setting } from './types';

/** key, name, description, default; the order gives the pks. `INVENTREE_BASE_URL` is fixed by the server's configuration. */
const table: [key: string, name: string, description: string, value: string | boolean][] = [
    ['PART_ALLOW_DUPLICATE_IPN', 'Allow Duplicate IPN', 'Allow multiple parts to share the same IPN', true],
    ['PART_IPN_REGEX', 'IPN Regex', 'Regular expression pattern for matching Part IPN', ''],
    ['INVENTREE_STRICT_URLS', 'Strict URL Validation', 'Require schema specification when validating URLs', true],
    [
        'INVENTREE_DOWNLOAD_FROM_URL',
        'Download from URL',
        'Allow download of remote images and files from external URL',
        false,
    ],
    ['INVENTREE_BASE_URL', 'Base URL', 'Base URL for server instance', 'http://127.0.0.1'],
    [
        'PARAMETER_ENFORCE_UNITS',
        'Enforce Parameter Units',
        'If units are provided, parameter values must match the specified units',
        true,
    ],
    [
        'STOCK_BATCH_CODE_TEMPLATE',
        'Batch Code Template',
        'Template for generating default batch codes for stock items',
        '',
    ],
    [
        'STOCK_DELETE_DEPLETED_DEFAULT',
        'Delete Depleted Stock',
        'Determines default behavior when a stock item is depleted',
        true,
    ],
    [
        'STOCK_OWNERSHIP_CONTROL',
        'Stock Ownership Control',
        'Enable ownership control over stock locations and items',
        false,
    ],
    ['PART_COMPONENT', 'Component', 'Parts can be used as sub-components by default', true],
    ['PART_PURCHASEABLE', 'Purchaseable', 'Parts are purchaseable by default', true],
    ['PART_SALABLE', 'Salable', 'Parts are salable by default', false],
    ['PART_TRACKABLE', 'Trackable', 'Parts are trackable by default', false],
    ['PART_VIRTUAL', 'Virtual', 'Parts are virtual by default', false],
    [
        'PART_CATEGORY_PARAMETERS',
        'Copy Category Parameter Templates',
        'Copy category parameter templates when creating a part',
        true,
    ],
    [
        'PART_COPY_PARAMETERS',
        'Copy Part Parameter Data',
        'Copy parameter data by default when duplicating a part',
        true,
    ],
    [
        'PART_CATEGORY_DEFAULT_ICON',
        'Part Category Default Icon',
        'Part category default icon (empty means no icon)',
        '',
    ],
    [
        'PART_NAME_FORMAT',
        'Part Name Display Format',
        'Format to display the part name',
        "{{ part.IPN if part.IPN }}{{ ' | ' if part.IPN }}{{ part.name }}{{ ' | ' if part.revision }}{{ part.revision if part.revision }}",
    ],
    ['PART_CREATE_INITIAL', 'Initial Stock Data', 'Allow creation of initial stock when adding a new part', false],
    [
        'SERIAL_NUMBER_GLOBALLY_UNIQUE',
        'Globally Unique Serials',
        'Serial numbers for stock items must be globally unique',
        false,
    ],
    ['CURRENCY_CODES', 'Supported Currencies', 'List of supported currency codes', CURRENCIES.join(',')],
];

export function createSettings(): Map<string, Setting> {
    return new Map(
        table.map(([key, name, description, value], i) => [
            key,
            { pk: i + 1, key, value, name, description, read_only: key === 'INVENTREE_BASE_URL' },
        ]),
    );
}
