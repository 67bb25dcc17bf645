{#-
    Function intermediate.best_assignment: who gets what, so that the sum of weights is greatest, each at most once.

    An auction (Bertsekas 1988): everybody without a thing bids on the one that is worth most to him at its price,
    as much as it is better than his second choice, and a little more; going without is always a choice, worth 0.
    All components go at once, in sets. The sum is less than the greatest by at most `step` for each bidder.
-#}
{% macro create_best_assignment() %}
    create schema if not exists intermediate;
    create or replace function intermediate.best_assignment(
        bidders text [], things text [], weights double precision [], step double precision default 0.001
    ) returns table (bidder text, thing text)
    language plpgsql as $function$
    begin
        drop table if exists pg_temp.offers, pg_temp.prices, pg_temp.waiting, pg_temp.bids;
        create temp table offers on commit drop as
        select o.bidder, o.thing, o.weight
        from unnest(bidders, things, weights) as o (bidder, thing, weight)
        where o.weight > 0;
        create index on offers (bidder);
        create temp table prices on commit drop as
        select distinct o.thing, 0::double precision as price, null::text as owner from offers as o;
        create unique index on prices (thing);
        create temp table waiting on commit drop as select distinct o.bidder from offers as o;
        analyze offers;
        create temp table bids (bidder text, thing text, bid double precision) on commit drop;
        loop
            truncate bids;
            insert into bids
            select distinct on (wish.thing) wish.bidder, wish.thing, wish.price + wish.gain - wish.second + step
            from (
                select
                    o.bidder,
                    o.thing,
                    p.price,
                    o.weight - p.price as gain,
                    row_number() over choice as rank,
                    greatest(coalesce(lead(o.weight - p.price) over choice, 0), 0) as second
                from waiting
                inner join offers as o on waiting.bidder = o.bidder
                inner join prices as p on o.thing = p.thing
                window choice as (partition by o.bidder order by o.weight - p.price desc, o.thing)
            ) as wish
            where wish.rank = 1 and wish.gain > 0
            order by wish.thing, wish.price + wish.gain - wish.second desc, wish.bidder;
            exit when not found;
            -- Who finds nothing worth its price goes without; who was outbid bids again.
            delete from waiting
            where not exists (
                select 1 from offers as o
                inner join prices as p on o.thing = p.thing
                where o.bidder = waiting.bidder and o.weight > p.price
            );
            delete from waiting using bids where waiting.bidder = bids.bidder;
            insert into waiting
            select p.owner from prices as p
            inner join bids on p.thing = bids.thing
            where p.owner is not null;
            update prices as p set price = bids.bid, owner = bids.bidder from bids where p.thing = bids.thing;
        end loop;
        return query select p.owner, p.thing from prices as p where p.owner is not null;
    end
    $function$;
{% endmacro %}
