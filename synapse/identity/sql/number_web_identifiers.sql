-- The web's records with numbers in the place of values, so that pairs are pairs of integers.
create temporary table web_numbered on commit drop as
select
    clients.id as client,
    gas.id as ga,
    yms.id as ym,
    sessions.id as session,
    phones.id as phone,
    emails.id as email,
    web.first_seen_at
from web_identifiers as web
left join seen as clients on web.client = clients.value and clients.kind = 'client'
left join seen as gas on web.ga = gas.value and gas.kind = 'ga'
left join seen as yms on web.ym = yms.value and yms.kind = 'ym'
left join seen as sessions on web.session = sessions.value and sessions.kind = 'session'
left join seen as phones on web.phone = phones.value and phones.kind = 'phone'
left join seen as emails on web.email = emails.value and emails.kind = 'email'
