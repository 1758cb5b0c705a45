package account

// FillKiln takes all places where hashes are made, until leave.
func FillKiln() (leave func()) {
	for range cap(kiln) {
		kiln <- struct{}{}
	}
	return func() {
		for range cap(kiln) {
			<-kiln
		}
	}
}
