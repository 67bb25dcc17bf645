___TERMS_OF_SERVICE___

By creating or modifying this file you agree to Google Tag Manager's Community
Template Gallery Developer Terms of Service available at
https://developers.google.com/tag-manager/gallery-tos (or such other URL as
Google may provide), as modified from time to time.


___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Synapse",
  "categories": ["ANALYTICS"],
  "brand": {"id": "brand_dummy", "displayName": "Synapse"},
  "description": "Просмотры, клики по телефону и мессенджерам, формы и заказы — в Synapse на вашем сервере.",
  "containerContexts": ["WEB"]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "SELECT",
    "name": "action",
    "displayName": "Что сделать",
    "macrosInSelect": false,
    "selectItems": [
      {"value": "load", "displayValue": "Загрузить тег"},
      {"value": "event", "displayValue": "Отправить событие"}
    ],
    "simpleValueType": true,
    "defaultValue": "load"
  },
  {
    "type": "TEXT",
    "name": "address",
    "displayName": "Адрес Synapse",
    "help": "Например https://synapse.example.ru, без косой черты в конце",
    "simpleValueType": true,
    "enablingConditions": [{"paramName": "action", "paramValue": "load", "type": "EQUALS"}],
    "valueValidators": [{"type": "REGEX", "args": ["^https://[^/]+$"]}]
  },
  {
    "type": "TEXT",
    "name": "key",
    "displayName": "Ключ записи",
    "simpleValueType": true,
    "enablingConditions": [{"paramName": "action", "paramValue": "load", "type": "EQUALS"}],
    "valueValidators": [{"type": "NON_EMPTY"}]
  },
  {
    "type": "TEXT",
    "name": "site",
    "displayName": "Имя сайта",
    "simpleValueType": true,
    "enablingConditions": [{"paramName": "action", "paramValue": "load", "type": "EQUALS"}]
  },
  {
    "type": "CHECKBOX",
    "name": "consentMode",
    "checkboxText": "Слушаться режима согласия Google (analytics_storage, ad_storage)",
    "simpleValueType": true,
    "defaultValue": false,
    "enablingConditions": [{"paramName": "action", "paramValue": "load", "type": "EQUALS"}]
  },
  {
    "type": "TEXT",
    "name": "eventName",
    "displayName": "Имя события",
    "simpleValueType": true,
    "enablingConditions": [{"paramName": "action", "paramValue": "event", "type": "EQUALS"}],
    "valueValidators": [{"type": "NON_EMPTY"}]
  },
  {
    "type": "SIMPLE_TABLE",
    "name": "properties",
    "displayName": "Свойства события",
    "simpleTableColumns": [
      {"name": "name", "displayName": "Имя", "type": "TEXT", "defaultValue": ""},
      {"name": "value", "displayName": "Значение", "type": "TEXT", "defaultValue": ""}
    ],
    "newRowButtonText": "Добавить",
    "enablingConditions": [{"paramName": "action", "paramValue": "event", "type": "EQUALS"}]
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const addConsentListener = require('addConsentListener');
const createArgumentsQueue = require('createArgumentsQueue');
const injectScript = require('injectScript');
const isConsentGranted = require('isConsentGranted');
const makeTableMap = require('makeTableMap');

const synapse = createArgumentsQueue('synapse', 'synapse.q');

const passConsent = () => {
  synapse('consent', {
    analytics: isConsentGranted('analytics_storage'),
    ads: isConsentGranted('ad_storage')
  });
};

if (data.action === 'event') {
  synapse('event', data.eventName, data.properties ? makeTableMap(data.properties, 'name', 'value') : {});
  data.gtmOnSuccess();
} else {
  if (data.consentMode) {
    passConsent();
    addConsentListener('analytics_storage', passConsent);
    addConsentListener('ad_storage', passConsent);
  }
  synapse('init', {key: data.key, site: data.site, consent: data.consentMode ? 'required' : ''});
  injectScript(data.address + '/tag.js', data.gtmOnSuccess, data.gtmOnFailure, 'synapse');
}


___WEB_PERMISSIONS___

[
  {
    "instance": {
      "key": {"publicId": "access_globals", "versionId": "1"},
      "param": [
        {
          "key": "keys",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {"type": 1, "string": "key"},
                  {"type": 1, "string": "read"},
                  {"type": 1, "string": "write"},
                  {"type": 1, "string": "execute"}
                ],
                "mapValue": [
                  {"type": 1, "string": "synapse"},
                  {"type": 8, "boolean": true},
                  {"type": 8, "boolean": true},
                  {"type": 8, "boolean": true}
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {"type": 1, "string": "key"},
                  {"type": 1, "string": "read"},
                  {"type": 1, "string": "write"},
                  {"type": 1, "string": "execute"}
                ],
                "mapValue": [
                  {"type": 1, "string": "synapse.q"},
                  {"type": 8, "boolean": true},
                  {"type": 8, "boolean": true},
                  {"type": 8, "boolean": false}
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {"isEditedByUser": true},
    "isRequired": true
  },
  {
    "instance": {
      "key": {"publicId": "inject_script", "versionId": "1"},
      "param": [
        {
          "key": "urls",
          "value": {"type": 2, "listItem": [{"type": 1, "string": "https://*/tag.js"}]}
        }
      ]
    },
    "clientAnnotations": {"isEditedByUser": true},
    "isRequired": true
  },
  {
    "instance": {
      "key": {"publicId": "access_consent", "versionId": "1"},
      "param": [
        {
          "key": "consentTypes",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {"type": 1, "string": "consentType"},
                  {"type": 1, "string": "read"},
                  {"type": 1, "string": "write"}
                ],
                "mapValue": [
                  {"type": 1, "string": "analytics_storage"},
                  {"type": 8, "boolean": true},
                  {"type": 8, "boolean": false}
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {"type": 1, "string": "consentType"},
                  {"type": 1, "string": "read"},
                  {"type": 1, "string": "write"}
                ],
                "mapValue": [
                  {"type": 1, "string": "ad_storage"},
                  {"type": 8, "boolean": true},
                  {"type": 8, "boolean": false}
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {"isEditedByUser": true},
    "isRequired": true
  }
]


___TESTS___

scenarios:
- name: The loader starts the tag with its key
  code: |-
    mock('createArgumentsQueue', () => (command, options) => {
      assertThat(command).isEqualTo('init');
      assertThat(options.key).isEqualTo('key-0123456789abcdef');
    });
    mock('injectScript', (url, success) => {
      assertThat(url).isEqualTo('https://synapse.example.ru/tag.js');
      success();
    });
    runCode({action: 'load', address: 'https://synapse.example.ru', key: 'key-0123456789abcdef', site: 'shop'});
    assertApi('gtmOnSuccess').wasCalled();


___NOTES___

Описание: docs/gtm.md.
