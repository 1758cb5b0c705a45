package grant

import (
	"testing"

	"rundertisch/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }
