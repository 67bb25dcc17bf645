select
    comparison,
    level,
    ln(m / u) / ln(2) as bits
from {{ ref('receipt_match_levels') }}
