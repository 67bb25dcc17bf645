create temporary table taken_numbers on commit drop as
select nextval(pg_get_serial_sequence('core.contacts', 'id')) as id
from generate_series(1, :count)
