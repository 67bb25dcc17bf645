select receipt_number
from raw.receipts
where
    issued_at = :seen_at
    and array[phone, email, trim(customer_code)] || phones_in_comment @> cast(:values as text [])
order by id
limit 1
